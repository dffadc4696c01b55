(* Every headline theorem in its plainest form, each beside the claim that rests on it.

   Whoever wants to know what is proved reads this file and the definitions that it names; the proofs are elsewhere, and
   `exact` says that nothing was changed on the way. Classes are numbered from 0, a point of R^n is a function of which
   the first n values count, and "the n-fold integral of h is v" is is_iterated_integral n h v (Integrals.v). Audit.v
   lists the axioms that all of it rests on. *)

From Coq Require Import Reals ZArith.
From Coquelicot Require Import Coquelicot.
From Gumbelcheck Require Import Sums Integrals Gumbel Softmax GumbelMax StraightThrough OneHot LogRatios Rosenblatt Concrete TwoClasses TopK.
Open Scope R_scope.

(* all *)
Theorem integrals_are_unique : forall n h v w, is_iterated_integral n h v -> is_iterated_integral n h w -> v = w.
Proof. exact iterated_integral_unique. Qed.

(* gumbel/law *)
Theorem gumbel_density_is_derivative : forall x, is_derive (fun x => exp (- exp (- x))) x (exp (- x - exp (- x))).
Proof. exact cdf_derivative. Qed.

(* gumbel/law *)
Theorem gumbel_law : forall x, is_RInt_gen (fun g => exp (- g - exp (- g))) (Rbar_locally m_infty) (at_point x) (exp (- exp (- x))).
Proof. exact density_integrates_to_cdf. Qed.

(* gumbel/law *)
Theorem gumbel_mass : is_integral (fun g => exp (- g - exp (- g))) 1.
Proof. exact density_integrates_to_one. Qed.

(* gumbel/law *)
Theorem gumbel_quantile_inverts : forall u, 0 < u < 1 -> exp (- exp (- (- ln (- ln u)))) = u.
Proof. exact cdf_of_quantile. Qed.

(* gumbel/law *)
Theorem gumbel_inverse_transform : forall x, is_integral (fun u => indicator (0 < u < 1) * indicator (- ln (- ln u) <= x)) (exp (- exp (- x))).
Proof. exact inverse_transform. Qed.

(* gumbel-max/law *)
Theorem gumbel_max_law : forall n o k, (k < n)%nat ->
  is_iterated_integral n
    (fun g => product n (fun i => exp (- g i - exp (- g i))) *
      indicator (forall i, (i < n)%nat -> o i + g i <= o k + g k))
    (exp (o k) / sum n (fun i => exp (o i))).
Proof. exact gumbel_max. Qed.

(* gumbel-max/law *)
Theorem gumbel_max_one_integral : forall n o k, (k < n)%nat ->
  is_integral (fun g => exp (- g - exp (- g)) *
      product n (fun i => if Nat.eqb i k then 1 else exp (- exp (- (g + o k - o i)))))
    (exp (o k) / sum n (fun i => exp (o i))).
Proof. exact gumbel_max_product_form. Qed.

(* gumbel-max/maximum *)
Theorem gumbel_max_maximum : forall n o x, (0 < n)%nat ->
  is_iterated_integral n (fun g => noise_density n g * indicator (forall i, (i < n)%nat -> o i + g i <= x))
    (exp (- exp (- (x - ln (sum n (fun i => exp (o i))))))).
Proof. exact gumbel_maximum. Qed.

(* gumbel-max/independence *)
Theorem gumbel_max_independence : forall n o k x, (k < n)%nat ->
  is_iterated_integral n
    (fun g => noise_density n g * indicator ((forall i, (i < n)%nat -> o i + g i <= o k + g k) /\ x <= o k + g k))
    (softmax n o k * (1 - gumbel_cdf (x - log_sum_exp n o))).
Proof. exact gumbel_independence. Qed.

(* gumbel-max/independence *)
Theorem gumbel_max_independence_below : forall n o k x, (k < n)%nat ->
  is_iterated_integral n
    (fun g => noise_density n g * indicator ((forall i, (i < n)%nat -> o i + g i <= o k + g k) /\ o k + g k < x))
    (softmax n o k * gumbel_cdf (x - log_sum_exp n o)).
Proof. exact gumbel_independence_below. Qed.

(* concrete/law: winner, its time and the delays of all others are independent, the latter exponential *)
Theorem race_law : forall n o s t k, (k < n)%nat -> 0 <= t -> (forall i, (i < n)%nat -> 0 <= s i) -> s k = 0 ->
  is_iterated_integral n
    (fun g => noise_density n g * indicator (
      (forall i, (i < n)%nat -> s i <= exp (o i) * (exp (- (o i + g i)) - exp (- (o k + g k)))) /\
      exp (- (o k + g k)) <= t))
    (softmax n o k * (1 - exp (- (partition n o * t))) * exp (- sum n s)).
Proof. exact race. Qed.

(* gumbel-top-k/law *)
Theorem gumbel_top_k_law : forall n r o, (r <= n)%nat ->
  is_iterated_integral n
    (fun g => noise_density n g *
      indicator (forall i j, (i < r)%nat -> (i < j < n)%nat -> o j + g j <= o i + g i))
    (plackett_luce n r o).
Proof. exact gumbel_top_k. Qed.

(* concrete/law *)
Theorem log_ratios_law : forall m l,
  is_iterated_integral (S m)
    (fun g => noise_density (S m) g * indicator (forall i, (i < m)%nat -> g (S i) - g 0%nat <= l i))
    (/ (1 + sum m (fun i => exp (- l i)))).
Proof. exact log_ratio_law. Qed.

(* concrete/law *)
Theorem log_ratios_density_is_mixed_partial : forall m,
  is_mixed_partial m (fun l => / (1 + sum m (fun i => exp (- l i))))
    (fun l => INR (fact m) * product m (fun i => exp (- l i)) / (1 + sum m (fun i => exp (- l i))) ^ (m + 1)).
Proof. exact log_ratio_mixed_partial. Qed.

(* concrete/law *)
Theorem log_ratios_orthants : forall m l,
  is_iterated_integral m (fun y => log_ratio_density m y * indicator (forall i, (i < m)%nat -> y i <= l i))
    (log_ratio_cdf m l).
Proof. exact log_ratio_orthant. Qed.

(* concrete/law *)
Theorem log_ratios_mass : forall m, is_iterated_integral m (log_ratio_density m) 1.
Proof. exact log_ratio_total_mass. Qed.

(* concrete/law *)
Theorem conditional_cdf_derivative : forall k s t, 0 <= s ->
  is_derive (fun t => ((1 + s) / (1 + s + exp (- t))) ^ (k + 1)) t
    (INR (k + 1) * exp (- t) * (1 + s) ^ (k + 1) / (1 + s + exp (- t)) ^ (k + 2)).
Proof. exact conditional_derivative. Qed.

(* concrete/law *)
Theorem conditional_cdf_increasing : forall k s t u, 0 <= s -> t < u -> conditional_cdf k s t < conditional_cdf k s u.
Proof. exact conditional_increasing. Qed.

(* concrete/law *)
Theorem conditional_cdf_left : forall k s, 0 <= s -> is_lim (conditional_cdf k s) m_infty 0.
Proof. exact conditional_limit_left. Qed.

(* concrete/law *)
Theorem conditional_cdf_right : forall k s, 0 <= s -> is_lim (conditional_cdf k s) p_infty 1.
Proof. exact conditional_limit_right. Qed.

(* concrete/law *)
Theorem conditional_cdf_inverse : forall k s u, 0 <= s -> 0 < u < 1 -> conditional_cdf k s (conditional_quantile k s u) = u.
Proof. exact conditional_of_quantile. Qed.

(* concrete/law *)
Theorem conditional_chain_rule : forall m l,
  log_ratio_density m l = product m (fun k => conditional_density k (sum k (fun i => exp (- l i))) (l k)).
Proof. exact log_ratio_chain_rule. Qed.

(* concrete/law *)
Theorem transform_is_uniform : forall m u, (forall k, (k < m)%nat -> 0 < u k < 1) ->
  is_iterated_integral m
    (fun l => log_ratio_density m l * indicator (forall k, (k < m)%nat ->
      ((1 + decay k l) / (1 + decay k l + exp (- l k))) ^ (k + 1) <= u k))
    (product m u).
Proof. exact log_ratio_transform_uniform. Qed.

(* concrete/law *)
Theorem concrete_log_odds_law : forall m o tau t, 0 < tau ->
  is_iterated_integral (S m)
    (fun g => noise_density (S m) g * indicator (forall i, (i < m)%nat ->
      ln (softmax (S m) (fun j => (o j + g j) / tau) (S i)) - ln (softmax (S m) (fun j => (o j + g j) / tau) 0) <= t i))
    (/ (1 + sum m (fun i => exp (- (tau * t i + (o 0%nat - o (S i))))))).
Proof. exact concrete_log_odds. Qed.

(* concrete/density *)
Theorem concrete_density_mixed_partial : forall m o tau, is_mixed_partial m (log_odds_cdf m o tau) (log_odds_density m o tau).
Proof. exact log_odds_mixed_partial. Qed.

(* concrete/normalised *)
Theorem concrete_density_orthants : forall m o tau t, 0 < tau ->
  is_iterated_integral m (fun y => log_odds_density m o tau y * indicator (below m y t)) (log_odds_cdf m o tau t).
Proof. exact log_odds_orthant. Qed.

(* concrete/normalised *)
Theorem concrete_density_mass : forall m o tau, 0 < tau -> is_iterated_integral m (log_odds_density m o tau) 1.
Proof. exact log_odds_total_mass. Qed.

(* concrete/density *)
Theorem published_density : forall m o tau x, (forall i, (i < S m)%nat -> 0 < x i) ->
  INR (fact (S m - 1)) * tau ^ (S m - 1) * product (S m) (fun k => exp (o k) * Rpower (x k) (- tau - 1)) /
    sum (S m) (fun i => exp (o i) * Rpower (x i) (- tau)) ^ S m =
  log_odds_density m o tau (fun i => ln (x (S i)) - ln (x 0%nat)) * / product (S m) x.
Proof. exact concrete_density_from_log_odds. Qed.

(* concrete/law *)
Theorem two_classes_law : forall o tau x, 0 < tau -> 0 < x < 1 ->
  is_iterated_integral 2 (fun g => noise_density 2 g * indicator (concrete_sample 2 o tau g 1 <= x))
    (/ (1 + exp (o 1%nat - o 0%nat) * Rpower ((1 - x) / x) tau)).
Proof. exact two_class_law. Qed.

(* concrete/density *)
Theorem two_classes_density : forall o tau x, 0 < x < 1 -> is_derive (two_class_cdf o tau) x (two_class_density o tau x).
Proof. exact two_class_derivative. Qed.

(* concrete/normalised *)
Theorem two_classes_mass : forall o tau, 0 < tau -> is_RInt_gen (two_class_density o tau) (at_right 0) (at_left 1) 1.
Proof. exact two_class_total_mass. Qed.

(* concrete/rounding *)
Theorem two_classes_rounding : forall o tau, 0 < tau ->
  is_iterated_integral 2 (fun g => noise_density 2 g * indicator (/ 2 < concrete_sample 2 o tau g 1))
    (exp (o 1%nat) / (exp (o 0%nat) + exp (o 1%nat))).
Proof. exact two_class_rounding. Qed.

(* softmax/simplex *)
Theorem softmax_is_positive : forall n z i, (0 < n)%nat -> 0 < exp (z i) / sum n (fun j => exp (z j)).
Proof. exact softmax_positive. Qed.

(* softmax/simplex *)
Theorem softmax_sum : forall n z, (0 < n)%nat -> sum n (softmax n z) = 1.
Proof. exact softmax_sums_to_one. Qed.

(* softmax/shift *)
Theorem softmax_shift_invariant : forall n z c i, (0 < n)%nat -> softmax n (fun j => z j + c) i = softmax n z i.
Proof. exact softmax_shift. Qed.

(* concrete/rounding *)
Theorem softmax_order_and_ties : forall n z tau i j, (0 < n)%nat -> 0 < tau ->
  (softmax n (scaled tau z) i < softmax n (scaled tau z) j <-> z i < z j) /\
  (softmax n (scaled tau z) i = softmax n (scaled tau z) j <-> z i = z j).
Proof. exact softmax_keeps_order. Qed.

(* softmax/gradient *)
Theorem softmax_gradient : forall n z tau i j, (j < n)%nat -> 0 < tau ->
  is_derive (fun x => softmax n (scaled tau (replace_at j x z)) i) (z j)
    (softmax n (scaled tau z) i * (kronecker i j - softmax n (scaled tau z) j) / tau).
Proof. exact softmax_jacobian. Qed.

(* concrete/cold, of one sample *)
Theorem softmax_cold_ties : forall n z k i, (k < n)%nat -> (i < n)%nat -> (forall j, (j < n)%nat -> z j <= z k) ->
  filterlim (fun tau => softmax n (scaled tau z) i) (at_right 0)
    (locally (if Req_EM_T (z i) (z k) then / ties n z k else 0 : R)).
Proof. exact softmax_cold. Qed.

(* concrete/cold, of one sample *)
Theorem softmax_cold_one_largest : forall n z k i, (k < n)%nat -> (i < n)%nat -> (forall j, (j < n)%nat -> j <> k -> z j < z k) ->
  filterlim (fun tau => softmax n (scaled tau z) i) (at_right 0) (locally (kronecker i k)).
Proof. exact softmax_cold_unique. Qed.

(* straight-through/gradient *)
Theorem dual_numbers : forall p x, well_defined p (values x) ->
  value (run_dual p x) = run p (values x) /\
  is_derive (fun t => run p (fun i => value (x i) + t * tangent (x i))) 0 (tangent (run_dual p x)).
Proof. exact dual_program. Qed.

(* straight-through/gradient *)
Theorem straight_through_value_and_tangent : forall h y, straight_through h y = Dual h (tangent y).
Proof. exact straight_through_is. Qed.

(* straight-through/gradient *)
Theorem straight_through_tangent_is_soft : forall n o w g tau i, (0 < n)%nat -> 0 < tau ->
  is_derive (fun t => softmax n (scaled tau (scores (fun j => o j + t * w j) g)) i) 0
    (tangent (soft_sample n o w g tau i)).
Proof. exact soft_sample_tangent. Qed.

(* straight-through/gradient *)
Theorem straight_through_gradient_law : forall n p o g tau h j, (j < n)%nat -> 0 < tau -> reads_below n p -> well_defined p h ->
  let y := softmax n (scaled tau (scores o g)) in
  let v := partial_derivative p h in
  let result := run_dual p (fun i => straight_through (h i) (soft_sample n o (fun l => kronecker l j) g tau i)) in
  value result = run p h /\ tangent result = y j * (v j - sum n (fun i => y i * v i)) / tau.
Proof. exact straight_through_gradient. Qed.

(* straight-through/temperature *)
Theorem straight_through_temperature : forall n z tau i, (0 < n)%nat -> 0 < tau ->
  let y := softmax n (scaled tau z) in
  is_derive (fun t => softmax n (scaled t z) i) tau (y i * (sum n (fun j => y j * (z j / tau)) - z i / tau) / tau).
Proof. exact temperature_derivative. Qed.

(* straight-through/one-hot *)
Theorem hard_sample_one : forall precision lowest y, (2 <= precision)%Z -> (lowest <= - precision)%Z ->
  representable precision lowest y -> 0 <= y <= 1 ->
  rounded precision lowest (rounded precision lowest (1 - y) + y) = 1.
Proof. intros. now apply hard_one. Qed.

(* straight-through/one-hot *)
Theorem hard_sample_zero : forall precision lowest y, (2 <= precision)%Z -> (lowest <= - precision)%Z ->
  representable precision lowest y -> rounded precision lowest (rounded precision lowest (0 - y) + y) = 0.
Proof. intros. now apply hard_zero. Qed.
