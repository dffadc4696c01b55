(* The law of a Gumbel-softmax sample X = softmax((o + g) / tau), for every number of classes and every temperature.

   In log-odds to a reference class the distribution function and the density have closed forms. The published density
   on the simplex is that of the log-odds times 1 / (x_0 ... x_(n-1)). That this is the determinant of the map to log-odds,
   and that a density transforms with it (change of variables), stays outside. The reference class comes first. *)

From Coq Require Import Reals Lra Lia.
From Coq Require FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Gumbelcheck Require Import Sums Integrals Gumbel Softmax GumbelMax LogRatios.
Open Scope R_scope.

Definition concrete_sample (n : nat) (o : nat -> R) (tau : R) (g : nat -> R) : nat -> R :=
  softmax n (scaled tau (scores o g)).

Lemma softmax_log_odds n z i k : (0 < n)%nat -> ln (softmax n z i) - ln (softmax n z k) = z i - z k.
Proof.
  intros H. pose proof (partition_positive n z H) as Z. unfold softmax, Rdiv.
  assert (I : 0 < / partition n z) by now apply Rinv_0_lt_compat.
  rewrite !ln_mult by (assumption || apply exp_pos). rewrite !ln_exp. ring.
Qed.

Lemma sample_log_odds n o tau g i k : (0 < n)%nat -> 0 < tau ->
  tau * (ln (concrete_sample n o tau g i) - ln (concrete_sample n o tau g k)) = scores o g i - scores o g k.
Proof.
  intros H T. unfold concrete_sample. rewrite softmax_log_odds by assumption. unfold scaled. field. lra.
Qed.

(* The log-odds to any class k: P(ln X_i - ln X_k <= t_i for all i) = exp(o_k) / sum of exp(o_i - tau t_i). *)
Theorem concrete_law n o tau k t : (k < n)%nat -> 0 < tau -> t k = 0 ->
  is_iterated_integral n
    (fun g => noise_density n g * indicator (forall i, (i < n)%nat ->
      ln (concrete_sample n o tau g i) - ln (concrete_sample n o tau g k) <= t i))
    (softmax n (fun i => o i - tau * t i) k).
Proof.
  intros Hk T Ht.
  apply (iterated_integral_ext n (fun g => noise_density n g *
    indicator (is_argmax n (scores (fun i => o i - tau * t i) g) k))).
  - intros g. f_equal. apply indicator_iff. unfold is_argmax.
    assert (E : forall i, ln (concrete_sample n o tau g i) - ln (concrete_sample n o tau g k) <= t i <->
      scores (fun j => o j - tau * t j) g i <= scores (fun j => o j - tau * t j) g k).
    { intros i. pose proof (sample_log_odds n o tau g i k ltac:(lia) T) as L. unfold scores in *. rewrite Ht.
      set (d := ln (concrete_sample n o tau g i) - ln (concrete_sample n o tau g k)) in *. split; intros H.
      - apply (Rmult_le_compat_l tau) in H; lra.
      - apply (Rmult_le_reg_l tau); lra. }
    split; intros H i Hi; apply E; now apply H.
  - now apply gumbel_max.
Qed.

(* To the first class, with m other classes. *)

Definition log_odds_argument (o : nat -> R) (tau : R) (t : nat -> R) : nat -> R :=
  fun i => tau * t i + (o 0%nat - o (S i)).

Definition log_odds_cdf (m : nat) (o : nat -> R) (tau : R) (t : nat -> R) : R :=
  log_ratio_cdf m (log_odds_argument o tau t).

Definition log_odds_density (m : nat) (o : nat -> R) (tau : R) (t : nat -> R) : R :=
  tau ^ m * log_ratio_density m (log_odds_argument o tau t).

Theorem concrete_log_odds m o tau t : 0 < tau ->
  is_iterated_integral (S m)
    (fun g => noise_density (S m) g * indicator (forall i, (i < m)%nat ->
      ln (concrete_sample (S m) o tau g (S i)) - ln (concrete_sample (S m) o tau g 0) <= t i))
    (log_odds_cdf m o tau t).
Proof.
  intros T.
  apply (iterated_integral_ext (S m) (fun g => noise_density (S m) g *
    indicator (forall i, (i < m)%nat -> g (S i) - g 0%nat <= log_odds_argument o tau t i))).
  - intros g. f_equal. apply indicator_iff.
    assert (E : forall i, ln (concrete_sample (S m) o tau g (S i)) - ln (concrete_sample (S m) o tau g 0) <= t i <->
      g (S i) - g 0%nat <= log_odds_argument o tau t i).
    { intros i. pose proof (sample_log_odds (S m) o tau g (S i) 0 ltac:(lia) T) as L.
      unfold scores, log_odds_argument in *.
      set (d := ln (concrete_sample (S m) o tau g (S i)) - ln (concrete_sample (S m) o tau g 0)) in *. split; intros H.
      - apply (Rmult_le_compat_l tau) in H; lra.
      - apply (Rmult_le_reg_l tau); lra. }
    split; intros H i Hi; apply E; now apply H.
  - apply log_ratio_law.
Qed.

(* The density is the mixed partial derivative, integrates over every orthant to the distribution function, and to 1. *)

Lemma mixed_partial_scal m c : forall h d,
  is_mixed_partial m h d -> is_mixed_partial m (fun y => c * h y) (fun y => c * d y).
Proof.
  induction m as [|m IH]; intros h d.
  - intros H l. now rewrite H.
  - intros [h' [H1 H2]]. exists (fun x y => c * h' x y). split.
    + intros x y. exact (is_derive_scal _ x c _ (H1 x y)).
    + intros x. exact (IH _ _ (H2 x)).
Qed.

Lemma mixed_partial_affine m : forall (h d : (nat -> R) -> R) (u : R) (c : nat -> R),
  is_mixed_partial m h d ->
  is_mixed_partial m (fun x => h (fun i => u * x i + c i)) (fun x => u ^ m * d (fun i => u * x i + c i)).
Proof.
  assert (E : forall u c x (y : nat -> R),
    (fun i => u * prepend x y i + c i) = prepend (u * x + c 0%nat) (fun i => u * y i + tail c i)).
  { intros. apply FunctionalExtensionality.functional_extensionality. intros [|i]; reflexivity. }
  induction m as [|m IH]; intros h d u c.
  - intros H l. simpl. rewrite Rmult_1_l. apply H.
  - intros [h' [H1 H2]]. exists (fun x y => u * h' (u * x + c 0%nat) (fun i => u * y i + tail c i)). split.
    + intros x y.
      apply (is_derive_ext (fun w => h (prepend (u * w + c 0%nat) (fun i => u * y i + tail c i)))).
      * intros w. now rewrite E.
      * assert (A : is_derive (fun w => u * w + c 0%nat) x u) by (auto_derive; [trivial|ring]).
        exact (is_derive_comp (fun w => h (prepend w (fun i => u * y i + tail c i))) (fun w => u * w + c 0%nat) x _ _
          (H1 _ _) A).
    + intros x.
      assert (M : is_mixed_partial m (fun y => u * h' (u * x + c 0%nat) (fun i => u * y i + tail c i))
        (fun y => u * (u ^ m * d (prepend (u * x + c 0%nat) (fun i => u * y i + tail c i))))).
      { apply (mixed_partial_scal m u (fun y => h' (u * x + c 0%nat) (fun i => u * y i + tail c i))
          (fun y => u ^ m * d (prepend (u * x + c 0%nat) (fun i => u * y i + tail c i)))).
        exact (IH _ _ u (tail c) (H2 (u * x + c 0%nat))). }
      apply (mixed_partial_ext m _ _ _ (fun y => u ^ S m * d (fun i => u * prepend x y i + c i)) (fun y => eq_refl))
        in M; [exact M|].
      intros y. rewrite E. simpl. ring.
Qed.

Theorem log_odds_mixed_partial m o tau : is_mixed_partial m (log_odds_cdf m o tau) (log_odds_density m o tau).
Proof.
  exact (mixed_partial_affine m _ _ tau (fun i => o 0%nat - o (S i)) (log_ratio_mixed_partial m)).
Qed.

Theorem log_odds_orthant m o tau t : 0 < tau ->
  is_iterated_integral m (fun y => log_odds_density m o tau y * indicator (below m y t)) (log_odds_cdf m o tau t).
Proof.
  intros T.
  pose proof (iterated_integral_affine m _ tau (fun i => o 0%nat - o (S i)) _ T
    (log_ratio_orthant m (log_odds_argument o tau t))) as K.
  refine (iterated_integral_ext m _ _ _ _ K). intros y. cbv beta. rewrite <- Rmult_assoc.
  change (fun i => tau * y i + (o 0%nat - o (S i))) with (log_odds_argument o tau y).
  apply (f_equal2 Rmult); [reflexivity|]. apply indicator_iff. unfold below, log_odds_argument.
  split; intros H i Hi; specialize (H i Hi).
  - apply (Rmult_le_reg_l tau); lra.
  - apply (Rmult_le_compat_l tau) in H; lra.
Qed.

Theorem log_odds_total_mass m o tau : 0 < tau -> is_iterated_integral m (log_odds_density m o tau) 1.
Proof.
  intros T. exact (iterated_integral_affine m _ tau (fun i => o 0%nat - o (S i)) _ T (log_ratio_total_mass m)).
Qed.

(* The published density on the simplex,
   (n-1)! tau^(n-1) product of (alpha_k x_k^(-tau-1)) / (sum of alpha_i x_i^(-tau))^n with alpha = exp(o). *)
Definition concrete_density (n : nat) (o : nat -> R) (tau : R) (x : nat -> R) : R :=
  INR (fact (n - 1)) * tau ^ (n - 1) * product n (fun k => exp (o k) * Rpower (x k) (- tau - 1)) /
  sum n (fun i => exp (o i) * Rpower (x i) (- tau)) ^ n.

(* It is the density of the log-odds at the log-odds of x, times 1 / (x_0 ... x_(n-1)). *)
Theorem concrete_density_from_log_odds m o tau x : (forall i, (i < S m)%nat -> 0 < x i) ->
  concrete_density (S m) o tau x =
  log_odds_density m o tau (fun i => ln (x (S i)) - ln (x 0%nat)) * / product (S m) x.
Proof.
  intros Hx. unfold concrete_density, log_odds_density, log_ratio_density. replace (S m - 1)%nat with m by lia.
  set (w := fun k => exp (o k) * Rpower (x k) (- tau)). set (w0 := w 0%nat).
  assert (Pw : forall k, 0 < w k) by (intros; apply Rmult_lt_0_compat; apply exp_pos).
  assert (P0 : 0 < w0) by apply Pw.
  assert (Q : forall i, (i < m)%nat -> exp (- log_odds_argument o tau (fun j => ln (x (S j)) - ln (x 0%nat)) i)
    = / w0 * w (S i)).
  { intros i _. unfold w0, w, Rpower, log_odds_argument. rewrite <- !exp_plus, <- exp_Ropp, <- exp_plus. f_equal. ring. }
  rewrite (product_ext m _ (fun i => / w0 * w (S i)) Q), product_scal.
  unfold decay. rewrite (sum_ext m _ (fun i => / w0 * w (S i)) Q), sum_scal.
  assert (N : product (S m) (fun k => exp (o k) * Rpower (x k) (- tau - 1)) = product (S m) w * / product (S m) x).
  { assert (I : / product (S m) x = product (S m) (fun k => / x k)).
    { clear - Hx. revert x Hx. induction (S m) as [|n IH]; intros x Hx; simpl; [field|].
      assert (0 < x 0%nat) by (apply Hx; lia).
      assert (0 < product n (fun i => x (S i))) by (apply product_positive; intros; apply Hx; lia).
      rewrite <- (IH (fun i => x (S i))) by (intros; apply Hx; lia). field. lra. }
    rewrite I, <- product_mult. apply product_ext. intros k Hk. unfold w.
    replace (- tau - 1) with (- tau + - (1)) by ring. rewrite Rpower_plus, (Rpower_Ropp (x k) 1), Rpower_1 by now apply Hx. ring. }
  rewrite N.
  assert (PX : 0 < product (S m) x) by now apply product_positive.
  set (X := product (S m) x) in *.
  change (product (S m) w) with (w0 * product m (fun i => w (S i))).
  change (sum (S m) (fun i => exp (o i) * Rpower (x i) (- tau))) with (w0 + sum m (fun i => w (S i))).
  assert (PS : 0 <= sum m (fun i => w (S i))) by (apply sum_nonnegative; intros; left; apply Pw).
  set (A := product m (fun i => w (S i))). set (B := sum m (fun i => w (S i))) in *.
  replace (1 + / w0 * B) with (/ w0 * (w0 + B)) by (field; lra).
  rewrite Rpow_mult_distr, Nat.add_1_r, !pow_inv. simpl pow.
  assert (0 < w0 ^ m) by now apply pow_lt. assert (0 < (w0 + B) ^ m) by (apply pow_lt; lra).
  change (w 0%nat + sum m (fun i => w (S i))) with (w0 + B). field. repeat split; lra.
Qed.
