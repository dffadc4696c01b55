(* What the theorems of Statements.v rest on, asked once for all of them: one call takes seconds, one for each theorem a
   third of a minute. `check` compares the answer with axioms.txt. *)

From Gumbelcheck Require Import Statements.

Definition everything := (integrals_are_unique, gumbel_density_is_derivative, gumbel_law, gumbel_mass,
  gumbel_quantile_inverts, gumbel_inverse_transform, gumbel_max_law, gumbel_max_one_integral, gumbel_max_maximum,
  gumbel_max_independence, gumbel_max_independence_below, race_law, gumbel_top_k_law, log_ratios_law,
  log_ratios_density_is_mixed_partial, log_ratios_orthants, log_ratios_mass, conditional_cdf_derivative,
  conditional_cdf_increasing, conditional_cdf_left, conditional_cdf_right, conditional_cdf_inverse,
  conditional_chain_rule, transform_is_uniform, concrete_log_odds_law, concrete_density_mixed_partial,
  concrete_density_orthants, concrete_density_mass, published_density, two_classes_law, two_classes_density,
  two_classes_mass, two_classes_rounding, softmax_is_positive, softmax_sum, softmax_shift_invariant,
  softmax_order_and_ties, softmax_gradient, softmax_cold_ties, softmax_cold_one_largest, dual_numbers,
  straight_through_value_and_tangent, straight_through_tangent_is_soft, straight_through_gradient_law,
  straight_through_temperature, hard_sample_one, hard_sample_zero).

Print Assumptions everything.
