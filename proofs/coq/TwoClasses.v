(* Two classes in full: the distribution function of one entry of the sample, its density, and its rounding.

   Here the simplex is an interval and nothing is left to a textbook: the density is the derivative of the distribution
   function and integrates to 1 over (0, 1), also for temperatures at which it is unbounded at both ends. *)

From Coq Require Import Reals Lra Lia.
From Coquelicot Require Import Coquelicot.
From Gumbelcheck Require Import Sums Integrals Gumbel Softmax GumbelMax LogRatios Concrete.
Open Scope R_scope.

(* P(X_1 <= x) = 1 / (1 + exp(o_1 - o_0) ((1 - x) / x)^tau). *)
Definition two_class_cdf (o : nat -> R) (tau x : R) : R :=
  / (1 + exp (o 1%nat - o 0%nat) * Rpower ((1 - x) / x) tau).

Definition two_class_density (o : nat -> R) (tau x : R) : R := concrete_density 2 o tau (prepend (1 - x) (fun _ => x)).

Lemma sample_of_two o tau g : 0 < concrete_sample 2 o tau g 0 /\ 0 < concrete_sample 2 o tau g 1 /\
  concrete_sample 2 o tau g 0 + concrete_sample 2 o tau g 1 = 1.
Proof.
  unfold concrete_sample. repeat split; try (apply softmax_positive; lia).
  pose proof (softmax_sums_to_one 2 (scaled tau (scores o g)) ltac:(lia)) as S. simpl sum in S. lra.
Qed.

Lemma ln_lt_iff x y : 0 < x -> 0 < y -> (ln x < ln y <-> x < y).
Proof. intros Hx Hy. split; [now apply ln_lt_inv|now apply ln_increasing]. Qed.

(* The event X_1 <= x in log-odds. *)
Lemma two_class_event a b x : 0 < a -> 0 < b -> a + b = 1 -> 0 < x < 1 ->
  (b <= x <-> ln b - ln a <= ln x - ln (1 - x)).
Proof.
  intros Ha Hb Hab Hx. split; intros H.
  - assert (ln b <= ln x) by (apply ln_le; assumption). assert (ln (1 - x) <= ln a) by (apply ln_le; lra). lra.
  - destruct (Rle_lt_dec b x) as [|L]; [assumption|].
    assert (ln x < ln b) by (apply ln_increasing; lra). assert (ln a < ln (1 - x)) by (apply ln_increasing; lra). lra.
Qed.

Lemma two_class_cdf_log_odds o tau x : 0 < x < 1 ->
  two_class_cdf o tau x = log_odds_cdf 1 o tau (fun _ => ln x - ln (1 - x)).
Proof.
  intros Hx. unfold two_class_cdf, log_odds_cdf, log_ratio_cdf, decay, log_odds_argument. simpl. rewrite Rplus_0_r.
  do 2 f_equal. unfold Rpower, Rdiv. rewrite <- exp_plus, ln_mult by (try apply Rinv_0_lt_compat; lra).
  rewrite ln_Rinv by lra. f_equal. ring.
Qed.

Theorem two_class_law o tau x : 0 < tau -> 0 < x < 1 ->
  is_iterated_integral 2 (fun g => noise_density 2 g * indicator (concrete_sample 2 o tau g 1 <= x))
    (two_class_cdf o tau x).
Proof.
  intros T Hx. rewrite two_class_cdf_log_odds by assumption.
  apply (iterated_integral_ext 2 (fun g => noise_density 2 g * indicator (forall i, (i < 1)%nat ->
    ln (concrete_sample 2 o tau g (S i)) - ln (concrete_sample 2 o tau g 0) <= ln x - ln (1 - x)))).
  - intros g. f_equal. apply indicator_iff. destruct (sample_of_two o tau g) as [A [B C]].
    rewrite (two_class_event _ _ x A B C Hx). split.
    + intros H. exact (H 0%nat ltac:(lia)).
    + intros H i Hi. replace i with 0%nat by lia. exact H.
  - exact (concrete_log_odds 1 o tau (fun _ => ln x - ln (1 - x)) T).
Qed.

Lemma two_class_density_is o tau x : 0 < x < 1 ->
  two_class_density o tau x =
  tau * exp (- (tau * (ln x - ln (1 - x)) + (o 0%nat - o 1%nat))) /
    (1 + exp (- (tau * (ln x - ln (1 - x)) + (o 0%nat - o 1%nat)))) ^ 2 * / (x * (1 - x)).
Proof.
  intros Hx. unfold two_class_density. rewrite concrete_density_from_log_odds.
  - unfold log_odds_density, log_ratio_density, decay, log_odds_argument. simpl. rewrite !Rplus_0_r, !Rmult_1_r.
    pose proof (exp_pos (- (tau * (ln x - ln (1 - x)) + (o 0%nat - o 1%nat)))). field. lra.
  - intros [|i] Hi; simpl; lra.
Qed.

Lemma log_odds_derivative o tau x : 0 < x < 1 ->
  is_derive (fun y => / (1 + exp (- (tau * (ln y - ln (1 - y)) + (o 0%nat - o 1%nat))))) x
    (tau * exp (- (tau * (ln x - ln (1 - x)) + (o 0%nat - o 1%nat))) /
    (1 + exp (- (tau * (ln x - ln (1 - x)) + (o 0%nat - o 1%nat)))) ^ 2 * / (x * (1 - x))).
Proof.
  intros Hx. pose proof (exp_pos (- (tau * (ln x - ln (1 - x)) + (o 0%nat - o 1%nat)))) as E.
  unfold Rminus in *. auto_derive.
  - repeat split; lra.
  - field. repeat split; lra.
Qed.

Lemma near_interior (P : R -> Prop) x : 0 < x < 1 -> (forall y, 0 < y < 1 -> P y) -> locally x P.
Proof.
  intros Hx H. apply (locally_interval P x 0 1); simpl; try lra. intros. apply H. lra.
Qed.

Theorem two_class_derivative o tau x : 0 < x < 1 ->
  is_derive (two_class_cdf o tau) x (two_class_density o tau x).
Proof.
  intros Hx. rewrite two_class_density_is by assumption.
  apply (is_derive_ext_loc (fun y => / (1 + exp (- (tau * (ln y - ln (1 - y)) + (o 0%nat - o 1%nat)))))).
  - apply near_interior; [assumption|]. intros y Hy. rewrite two_class_cdf_log_odds by assumption.
    unfold log_odds_cdf, log_ratio_cdf, decay, log_odds_argument. simpl. now rewrite Rplus_0_r.
  - now apply log_odds_derivative.
Qed.

Lemma two_class_density_continuous o tau x : 0 < x < 1 -> continuous (two_class_density o tau) x.
Proof.
  intros Hx.
  apply (continuous_ext_loc _ (fun x => tau * exp (- (tau * (ln x - ln (1 - x)) + (o 0%nat - o 1%nat))) /
    (1 + exp (- (tau * (ln x - ln (1 - x)) + (o 0%nat - o 1%nat)))) ^ 2 * / (x * (1 - x)))).
  - apply near_interior; [assumption|]. intros y Hy. symmetry. now apply two_class_density_is.
  - match goal with |- continuous ?h _ => apply (ex_derive_continuous h x) end.
    pose proof (exp_pos (- (tau * (ln x - ln (1 - x)) + (o 0%nat - o 1%nat)))) as E.
    unfold Rminus in *. auto_derive. repeat split; try lra; apply Rmult_integral_contrapositive_currified; lra.
Qed.

(* Both ends of the interval. *)

Lemma logit_at_zero : filterlim (fun x => ln x - ln (1 - x)) (at_right 0) (Rbar_locally m_infty).
Proof.
  assert (B : filterlim (fun x => - ln (1 - x)) (at_right 0) (locally 0)).
  { apply (filterlim_filter_le_1 (F := locally 0) (G := at_right 0)).
    - apply filter_le_within.
    - assert (C : continuous (fun x => - ln (1 - x)) 0).
      { apply (ex_derive_continuous (fun x => - ln (1 - x))). auto_derive. lra. }
      unfold continuous in C. rewrite Rminus_0_r, ln_1, Ropp_0 in C. exact C. }
  apply (filterlim_comp_2 (F := at_right 0) (G := Rbar_locally m_infty) (H := locally 0) (I := Rbar_locally m_infty)
    ln (fun x => - ln (1 - x)) Rplus).
  - exact is_lim_ln_0.
  - exact B.
  - apply (filterlim_Rbar_plus m_infty 0 m_infty). reflexivity.
Qed.

Lemma logit_at_one : filterlim (fun x => ln x - ln (1 - x)) (at_left 1) (Rbar_locally p_infty).
Proof.
  assert (R1 : filterlim (fun x => 1 - x) (at_left 1) (at_right 0)).
  { intros P [e He]. exists e. intros y Hy L. apply He; [|lra].
    unfold ball in *; simpl in *. unfold AbsRing_ball, abs, minus, plus, opp in *; simpl in *.
    replace (1 - y + - 0) with (- (y + - (1))) by ring. now rewrite Rabs_Ropp. }
  apply (filterlim_ext (fun x => - (ln (1 - x) - ln (1 - (1 - x))))).
  - intros x. replace (1 - (1 - x)) with x by ring. ring.
  - apply (filterlim_comp _ _ _ (fun x => ln (1 - x) - ln (1 - (1 - x))) Ropp _ (Rbar_locally m_infty)).
    + exact (filterlim_comp _ _ _ _ _ _ _ _ R1 logit_at_zero).
    + exact (filterlim_Rbar_opp m_infty).
Qed.

(* c exp(-tau s) at both ends of the line. *)
Lemma logistic_limits (c tau : R) : 0 < tau ->
  filterlim (fun s => / (1 + exp (- (tau * s + c)))) (Rbar_locally m_infty) (locally 0) /\
  filterlim (fun s => / (1 + exp (- (tau * s + c)))) (Rbar_locally p_infty) (locally 1).
Proof.
  intros T.
  assert (A : forall e : Rbar, (e = m_infty \/ e = p_infty) ->
    filterlim (fun s => tau * s + c) (Rbar_locally e) (Rbar_locally e)).
  { intros e He. assert (K : is_lim (fun s => tau * s + c) e e).
    { apply (is_lim_plus (fun s => tau * s) (fun _ => c) e e c e).
      - pose proof (is_lim_scal_l (fun s => s) tau e e (is_lim_id e)) as K.
        replace (Rbar_mult tau e) with e in K; [exact K|].
        destruct He as [-> | ->]; simpl; destruct (Rle_dec 0 tau) as [r|]; try lra;
          destruct (Rle_lt_or_eq_dec 0 tau r); (reflexivity || lra).
      - apply is_lim_const.
      - destruct He as [-> | ->]; reflexivity. }
    destruct He as [-> | ->]; exact K. }
  split.
  - apply (filterlim_comp _ _ _ (fun s => tau * s + c) (fun y => / (1 + exp (- y))) _ (Rbar_locally m_infty));
      [apply A; tauto|].
    pose proof (power_vanishes 1 1 ltac:(lia)) as V.
    apply (is_lim_ext (fun w => / (1 + w) ^ 1) (fun w => / (1 + w))) in V; [|intros; now rewrite pow_1].
    exact (lim_left (fun w => / (1 + w)) 0 V).
  - apply (filterlim_comp _ _ _ (fun s => tau * s + c) (fun y => / (1 + exp (- y))) _ (Rbar_locally p_infty));
      [apply A; tauto|].
    assert (C : continuous (fun w => / (1 + w)) 0).
    { apply (ex_derive_continuous (fun w => / (1 + w))). auto_derive. lra. }
    pose proof (lim_right (fun w => / (1 + w)) C) as L. cbv beta in L. rewrite Rplus_0_r, Rinv_1 in L. exact L.
Qed.

Lemma two_class_cdf_near (F : (R -> Prop) -> Prop) {HF : Filter F} o tau (e : Rbar) (v : R) :
  F (fun x => 0 < x < 1) -> filterlim (fun x => ln x - ln (1 - x)) F (Rbar_locally e) ->
  filterlim (fun s => / (1 + exp (- (tau * s + (o 0%nat - o 1%nat))))) (Rbar_locally e) (locally v) ->
  filterlim (two_class_cdf o tau) F (locally v).
Proof.
  intros I L M.
  apply (filterlim_ext_loc (fun x => / (1 + exp (- (tau * (ln x - ln (1 - x)) + (o 0%nat - o 1%nat)))))).
  - apply (filter_imp (fun x => 0 < x < 1)); [|exact I]. intros x Hx. rewrite two_class_cdf_log_odds by assumption.
    unfold log_odds_cdf, log_ratio_cdf, decay, log_odds_argument. simpl. now rewrite Rplus_0_r.
  - exact (filterlim_comp _ _ _ _ _ _ _ _ L M).
Qed.

Lemma interior_right : at_right 0 (fun x => 0 < x < 1).
Proof.
  exists (mkposreal 1 Rlt_0_1). intros y Hy L. unfold ball in Hy; simpl in Hy.
  unfold AbsRing_ball, abs, minus, plus, opp in Hy; simpl in Hy. apply Rabs_lt_between in Hy. lra.
Qed.

Lemma interior_left : at_left 1 (fun x => 0 < x < 1).
Proof.
  exists (mkposreal 1 Rlt_0_1). intros y Hy L. unfold ball in Hy; simpl in Hy.
  unfold AbsRing_ball, abs, minus, plus, opp in Hy; simpl in Hy. apply Rabs_lt_between in Hy. lra.
Qed.

(* The density integrates to 1 over (0, 1), an improper integral at both ends. *)
Theorem two_class_total_mass o tau : 0 < tau -> is_RInt_gen (two_class_density o tau) (at_right 0) (at_left 1) 1.
Proof.
  intros T. destruct (logistic_limits (o 0%nat - o 1%nat) tau T) as [L0 L1].
  pose proof (two_class_cdf_near (at_right 0) o tau m_infty 0 interior_right logit_at_zero L0) as C0.
  pose proof (two_class_cdf_near (at_left 1) o tau p_infty 1 interior_left logit_at_one L1) as C1.
  intros P HP.
  assert (D : filterlim (fun ab : R * R => two_class_cdf o tau (snd ab) - two_class_cdf o tau (fst ab))
    (filter_prod (at_right 0) (at_left 1)) (locally 1)).
  { replace 1 with (1 - 0) at 2 by ring.
    apply (filterlim_comp_2 (F := filter_prod (at_right 0) (at_left 1)) (G := locally 1) (H := locally (- 0))
      (I := locally (1 - 0)) (fun ab => two_class_cdf o tau (snd ab)) (fun ab => - two_class_cdf o tau (fst ab)) Rplus).
    - exact (filterlim_comp _ _ _ _ _ _ _ _ filterlim_snd C1).
    - apply (filterlim_comp _ _ _ (fun ab => two_class_cdf o tau (fst ab)) Ropp _ (locally 0)).
      + exact (filterlim_comp _ _ _ _ _ _ _ _ filterlim_fst C0).
      + exact (filterlim_opp (0 : R)).
    - exact (filterlim_plus (1 : R) (- 0 : R)). }
  specialize (D P HP). destruct D as [A B HA HB H].
  exists (fun a => A a /\ 0 < a < / 2) (fun b => B b /\ / 2 < b < 1).
  - apply filter_and; [exact HA|]. exists (mkposreal (/ 2) ltac:(lra)). intros y Hy L. unfold ball in Hy; simpl in Hy.
    unfold AbsRing_ball, abs, minus, plus, opp in Hy; simpl in Hy. apply Rabs_lt_between in Hy. lra.
  - apply filter_and; [exact HB|]. exists (mkposreal (/ 2) ltac:(lra)). intros y Hy L. unfold ball in Hy; simpl in Hy.
    unfold AbsRing_ball, abs, minus, plus, opp in Hy; simpl in Hy. apply Rabs_lt_between in Hy. lra.
  - intros a b [Aa Ia] [Bb Ib]. exists (two_class_cdf o tau b - two_class_cdf o tau a). split.
    + apply (integral_between _ (two_class_cdf o tau) (two_class_density o tau)); [simpl; lra| |reflexivity].
      intros x Hx. simpl in Hx. split; [apply two_class_derivative|apply two_class_density_continuous]; lra.
    + exact (H a b Aa Bb).
Qed.

(* The larger entry follows softmax, at every temperature. *)
Theorem two_class_rounding o tau : 0 < tau ->
  is_iterated_integral 2 (fun g => noise_density 2 g * indicator (/ 2 < concrete_sample 2 o tau g 1))
    (exp (o 1%nat) / (exp (o 0%nat) + exp (o 1%nat))).
Proof.
  intros T.
  replace (exp (o 1%nat) / (exp (o 0%nat) + exp (o 1%nat))) with (1 - two_class_cdf o tau (/ 2)).
  - apply (iterated_integral_ext 2 (fun g => noise_density 2 g * indicator (~ concrete_sample 2 o tau g 1 <= / 2))).
    + intros g. f_equal. apply indicator_iff. lra.
    + apply complement_probability; [apply noise_mass|]. apply two_class_law; lra.
  - unfold two_class_cdf. replace ((1 - / 2) / / 2) with 1 by field.
    unfold Rpower. rewrite ln_1, Rmult_0_r, exp_0, Rmult_1_r. unfold Rminus. rewrite exp_plus, exp_Ropp.
    pose proof (exp_pos (o 0%nat)). pose proof (exp_pos (o 1%nat)). field. lra.
Qed.
