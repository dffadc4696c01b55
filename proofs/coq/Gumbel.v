(* The standard Gumbel law: its density, distribution function and quantile, and the inverse transform.

   The checks of the noise put exp(-exp(-g)) into bins as a uniform, which is right because that is the distribution
   function of g; and the samplers make g as -ln(-ln u), which is right because that is its inverse. The second half of
   the file computes integrals of f(g) phi(exp(-g)): exp(-g) is exponential with rate 1, the clock of the race that
   Gumbel-max is. *)

From Coq Require Import Reals Lra Lia.
From Coquelicot Require Import Coquelicot.
From Gumbelcheck Require Import Sums Integrals.
Open Scope R_scope.

Definition gumbel_density (x : R) : R := exp (- x - exp (- x)).
Definition gumbel_cdf (x : R) : R := exp (- exp (- x)).
Definition gumbel_quantile (u : R) : R := - ln (- ln u).

Lemma density_positive x : 0 < gumbel_density x.
Proof. apply exp_pos. Qed.

Lemma density_split x : gumbel_density x = exp (- x) * exp (- exp (- x)).
Proof. unfold gumbel_density. rewrite <- exp_plus. f_equal. Qed.

Lemma cdf_positive x : 0 < gumbel_cdf x.
Proof. apply exp_pos. Qed.

Lemma cdf_below_one x : gumbel_cdf x < 1.
Proof. unfold gumbel_cdf. rewrite <- exp_0. apply exp_increasing. pose proof (exp_pos (- x)). lra. Qed.

Lemma cdf_increasing x y : x < y -> gumbel_cdf x < gumbel_cdf y.
Proof.
  intros H. unfold gumbel_cdf. apply exp_increasing. apply Ropp_lt_contravar. apply exp_increasing. lra.
Qed.

Theorem cdf_derivative x : is_derive gumbel_cdf x (gumbel_density x).
Proof.
  unfold gumbel_cdf. auto_derive; [trivial|]. rewrite density_split. ring.
Qed.

Lemma continuous_of_derive (h : R -> R) (x d : R) : is_derive h x d -> continuous h x.
Proof. intros H. apply (ex_derive_continuous h). now exists d. Qed.

Lemma density_continuous x : continuous gumbel_density x.
Proof. apply (ex_derive_continuous gumbel_density). unfold gumbel_density. auto_derive. trivial. Qed.

(* exp(-x) at both ends of the line. *)

Lemma exp_neg_right : filterlim (fun x => exp (- x)) (Rbar_locally p_infty) (locally 0).
Proof.
  apply (filterlim_comp _ _ _ Ropp exp _ (Rbar_locally m_infty)).
  - exact (filterlim_Rbar_opp p_infty).
  - exact is_lim_exp_m.
Qed.

Lemma exp_neg_left : filterlim (fun x => exp (- x)) (Rbar_locally m_infty) (Rbar_locally p_infty).
Proof.
  apply (filterlim_comp _ _ _ Ropp exp _ (Rbar_locally p_infty)).
  - exact (filterlim_Rbar_opp m_infty).
  - exact is_lim_exp_p.
Qed.

Lemma lim_right (Phi : R -> R) : continuous Phi 0 -> is_lim (fun x => Phi (exp (- x))) p_infty (Phi 0).
Proof. intros H. exact (filterlim_comp _ _ _ _ _ _ _ _ exp_neg_right H). Qed.

Lemma lim_left (Phi : R -> R) (L : R) : is_lim Phi p_infty L -> is_lim (fun x => Phi (exp (- x))) m_infty L.
Proof. intros H. exact (filterlim_comp _ _ _ _ _ _ _ _ exp_neg_left H). Qed.

(* c exp(-b w) vanishes at infinity. *)
Lemma lim_exponential (c b : R) : 0 < b -> is_lim (fun w => c * exp (- (b * w))) p_infty 0.
Proof.
  intros Hb.
  assert (H : filterlim (fun w => exp (- (b * w))) (Rbar_locally p_infty) (locally 0)).
  { apply (filterlim_comp _ _ _ (fun w => b * w) (fun y => exp (- y)) _ (Rbar_locally p_infty)); [|exact exp_neg_right].
    pose proof (is_lim_scal_l (fun w => w) b p_infty p_infty (is_lim_id p_infty)) as K.
    assert (E : Rbar_mult b p_infty = p_infty).
    { simpl. destruct (Rle_dec 0 b) as [r|]; [|exfalso; lra]. destruct (Rle_lt_or_eq_dec 0 b r); [reflexivity|lra]. }
    rewrite E in K. exact K. }
  pose proof (is_lim_scal_l (fun w => exp (- (b * w))) c p_infty 0 H) as K.
  simpl in K. rewrite Rmult_0_r in K. exact K.
Qed.

Theorem cdf_limit_right : is_lim gumbel_cdf p_infty 1.
Proof.
  replace 1 with (exp (- 0)) by (rewrite Ropp_0; apply exp_0).
  apply (lim_right (fun w => exp (- w))).
  apply (ex_derive_continuous (fun w => exp (- w))). auto_derive. trivial.
Qed.

Theorem cdf_limit_left : is_lim gumbel_cdf m_infty 0.
Proof. apply (lim_left (fun w => exp (- w))). exact exp_neg_right. Qed.

Theorem density_integrates_to_cdf x :
  is_RInt_gen gumbel_density (Rbar_locally m_infty) (at_point x) (gumbel_cdf x).
Proof.
  replace (gumbel_cdf x) with (gumbel_cdf x - 0) by lra.
  apply (integral_left gumbel_density gumbel_cdf gumbel_density).
  - intros y _. split; [apply cdf_derivative|apply density_continuous].
  - reflexivity.
  - exact cdf_limit_left.
Qed.

Theorem density_integrates_to_one : is_integral gumbel_density 1.
Proof.
  replace 1 with (1 - 0) by lra. apply (integral_line gumbel_density gumbel_cdf gumbel_density).
  - intros y _. split; [apply cdf_derivative|apply density_continuous].
  - reflexivity.
  - exact cdf_limit_left.
  - exact cdf_limit_right.
Qed.

(* P(g <= x) as an integral over the whole line. *)
Theorem probability_below x : is_integral (fun g => gumbel_density g * indicator (g <= x)) (gumbel_cdf x).
Proof.
  apply (integral_up_to _ x).
  - replace (gumbel_cdf x) with (gumbel_cdf x - 0) by lra. apply (integral_left _ gumbel_cdf gumbel_density).
    + intros y _. split; [apply cdf_derivative|apply density_continuous].
    + intros y Hy. rewrite indicator_true by lra. lra.
    + exact cdf_limit_left.
  - intros y Hy. rewrite indicator_false by lra. lra.
Qed.

(* The quantile *)

Lemma neg_ln_positive u : 0 < u < 1 -> 0 < - ln u.
Proof. intros [H0 H1]. pose proof ln_1. pose proof (ln_increasing u 1 H0 H1). lra. Qed.

Theorem cdf_of_quantile u : 0 < u < 1 -> gumbel_cdf (gumbel_quantile u) = u.
Proof.
  intros H. unfold gumbel_cdf, gumbel_quantile.
  rewrite Ropp_involutive, exp_ln by now apply neg_ln_positive.
  rewrite Ropp_involutive. apply exp_ln. tauto.
Qed.

Theorem quantile_of_cdf x : gumbel_quantile (gumbel_cdf x) = x.
Proof.
  unfold gumbel_cdf, gumbel_quantile. rewrite ln_exp, Ropp_involutive, ln_exp. ring.
Qed.

Lemma quantile_le u x : 0 < u < 1 -> (gumbel_quantile u <= x <-> u <= gumbel_cdf x).
Proof.
  intros H. rewrite <- (cdf_of_quantile u H) at 2. split; intros K.
  - destruct K as [K|K]; [left; now apply cdf_increasing|right; now rewrite K].
  - destruct (Rle_lt_dec (gumbel_quantile u) x) as [L|L]; [assumption|].
    apply cdf_increasing in L. lra.
Qed.

(* For u uniform on (0, 1), P(quantile(u) <= x) = F(x). *)
Theorem inverse_transform x : is_integral (fun u => indicator (0 < u < 1) * indicator (gumbel_quantile u <= x)) (gumbel_cdf x).
Proof.
  pose proof (cdf_positive x) as P0. pose proof (cdf_below_one x) as P1.
  assert (A : forall P, antiderivative (fun u => u) (fun _ => 1) P).
  { intros P y _. split; [apply @is_derive_id|apply continuous_const]. }
  replace (gumbel_cdf x) with ((0 - 0) + (gumbel_cdf x - 0)) by lra.
  apply (integral_up_to _ (gumbel_cdf x)).
  - apply (integral_join_left _ 0).
    + apply (integral_left _ (fun _ => 0) (fun _ => 0)).
      * apply antiderivative_zero.
      * intros u Hu. rewrite indicator_false by lra. lra.
      * apply is_lim_const.
    + apply (integral_between _ (fun u => u) (fun _ => 1)); [lra|apply A|].
      intros u Hu. rewrite indicator_true by lra. rewrite indicator_true; [lra|].
      apply quantile_le; lra.
  - intros u Hu. destruct (Rlt_dec u 1) as [L|L].
    + rewrite (indicator_false (gumbel_quantile u <= x)); [lra|].
      intros K. apply quantile_le in K; lra.
    + rewrite indicator_false by lra. lra.
Qed.

(* Functions of exp(-g): an exponential variable with rate 1

   If Phi' = exp(-w) phi(w), the integral of f(x) phi(exp(-x)) over the x with a < exp(-x) < b is Phi(b) - Phi(a). *)

Definition noise_integral (phi : R -> R) (v : R) : Prop :=
  is_integral (fun x => gumbel_density x * phi (exp (- x))) v.

Lemma noise_antiderivative (Phi dPhi : R -> R) (P : R -> Prop) :
  antiderivative Phi dPhi P ->
  antiderivative (fun x => - Phi (exp (- x))) (fun x => exp (- x) * dPhi (exp (- x))) (fun x => P (exp (- x))).
Proof.
  intros H x Px. destruct (H _ Px) as [HD HC].
  assert (DE : is_derive (fun x => exp (- x)) x (- exp (- x))).
  { auto_derive; [trivial|ring]. }
  split.
  - pose proof (is_derive_comp Phi (fun x => exp (- x)) x _ _ HD DE) as K.
    apply is_derive_opp in K. simpl in K.
    replace (exp (- x) * dPhi (exp (- x))) with (opp (scal (- exp (- x)) (dPhi (exp (- x))))); [exact K|].
    unfold opp, scal; simpl; unfold mult; simpl. ring.
  - apply (continuous_mult (fun x => exp (- x)) (fun x => dPhi (exp (- x)))).
    + exact (continuous_of_derive _ _ _ DE).
    + apply (continuous_comp (fun x => exp (- x)) dPhi); [exact (continuous_of_derive _ _ _ DE)|exact HC].
Qed.

Lemma exp_neg_le_iff a x : 0 < a -> (a <= exp (- x) <-> x <= - ln a).
Proof.
  intros Ha. split; intros H.
  - assert (ln a <= - x); [|lra]. rewrite <- (ln_exp (- x)). now apply ln_le.
  - rewrite <- (exp_ln a Ha). assert (K : ln a <= - x) by lra. destruct K as [K|K].
    + left. now apply exp_increasing.
    + right. now rewrite K.
Qed.

Lemma exp_neg_lt_iff a x : 0 < a -> (a < exp (- x) <-> x < - ln a).
Proof.
  intros Ha. split; intros H.
  - assert (ln a < - x); [|lra]. rewrite <- (ln_exp (- x)). now apply ln_increasing.
  - rewrite <- (exp_ln a Ha). apply exp_increasing. lra.
Qed.

Lemma exp_neg_ln a : 0 < a -> exp (- - ln a) = a.
Proof. intros H. rewrite Ropp_involutive. now apply exp_ln. Qed.

Section Pieces.
Variables phi : R -> R.

Let h (x : R) : R := gumbel_density x * phi (exp (- x)).

Lemma h_is (dPhi : R -> R) x : exp (- exp (- x)) * phi (exp (- x)) = dPhi (exp (- x)) -> h x = exp (- x) * dPhi (exp (- x)).
Proof. intros H. unfold h. rewrite <- H, density_split. ring. Qed.

Lemma noise_above (Phi dPhi : R -> R) (a L : R) :
  0 < a -> antiderivative Phi dPhi (fun w => a <= w) -> (forall w, a < w -> exp (- w) * phi w = dPhi w) ->
  is_lim Phi p_infty L ->
  is_RInt_gen h (Rbar_locally m_infty) (at_point (- ln a)) (L - Phi a).
Proof.
  intros Ha HA Hphi HL. replace (L - Phi a) with (- Phi (exp (- - ln a)) - - L) by (rewrite exp_neg_ln by assumption; lra).
  apply (integral_left h (fun x => - Phi (exp (- x))) (fun x => exp (- x) * dPhi (exp (- x)))).
  - intros x Hx. apply (noise_antiderivative _ _ _ HA). now apply exp_neg_le_iff.
  - intros x Hx. apply h_is. apply Hphi. now apply exp_neg_lt_iff.
  - apply (is_lim_opp (fun x => Phi (exp (- x))) m_infty L). now apply lim_left.
Qed.

Lemma noise_between (Phi dPhi : R -> R) (a b : R) :
  0 < a <= b -> antiderivative Phi dPhi (fun w => a <= w <= b) ->
  (forall w, a < w < b -> exp (- w) * phi w = dPhi w) ->
  is_RInt h (- ln b) (- ln a) (Phi b - Phi a).
Proof.
  intros [Ha Hab] HA Hphi.
  replace (Phi b - Phi a) with (- Phi (exp (- - ln a)) - - Phi (exp (- - ln b))) by (rewrite !exp_neg_ln by lra; lra).
  assert (ln a <= ln b) by now apply ln_le.
  assert (LT : forall x, - ln b < x -> exp (- x) < b).
  { intros x Hx. rewrite <- (exp_ln b) by lra. apply exp_increasing. lra. }
  apply (integral_between h (fun x => - Phi (exp (- x))) (fun x => exp (- x) * dPhi (exp (- x)))); [lra| |].
  - intros x Hx. apply (noise_antiderivative _ _ _ HA). split; [apply exp_neg_le_iff; lra|].
    destruct (proj1 Hx) as [K|K]; [left; now apply LT|]. right. rewrite <- K. apply exp_neg_ln. lra.
  - intros x Hx. apply h_is. apply Hphi. split; [apply exp_neg_lt_iff; lra|apply LT; lra].
Qed.

Lemma noise_below (Phi dPhi : R -> R) (b : R) :
  0 < b -> antiderivative Phi dPhi (fun w => 0 <= w <= b) ->
  (forall w, 0 < w < b -> exp (- w) * phi w = dPhi w) ->
  is_RInt_gen h (at_point (- ln b)) (Rbar_locally p_infty) (Phi b - Phi 0).
Proof.
  intros Hb HA Hphi.
  replace (Phi b - Phi 0) with (- Phi 0 - - Phi (exp (- - ln b))) by (rewrite exp_neg_ln by assumption; lra).
  assert (LT : forall x, - ln b < x -> exp (- x) < b).
  { intros x Hx. rewrite <- (exp_ln b) by lra. apply exp_increasing. lra. }
  apply (integral_right h (fun x => - Phi (exp (- x))) (fun x => exp (- x) * dPhi (exp (- x)))).
  - intros x Hx. apply (noise_antiderivative _ _ _ HA). split; [left; apply exp_pos|].
    destruct Hx as [K|K]; [left; now apply LT|]. right. rewrite <- K. now apply exp_neg_ln.
  - intros x Hx. apply h_is. apply Hphi. split; [apply exp_pos|now apply LT].
  - apply (is_lim_opp (fun x => Phi (exp (- x))) p_infty (Phi 0)). apply lim_right.
    apply (continuous_of_derive Phi 0 (dPhi 0)). apply HA. lra.
Qed.

(* Over all w > 0, in one, two or three pieces. *)

Lemma noise_one_piece (Phi dPhi : R -> R) (L : R) :
  antiderivative Phi dPhi (fun w => 0 <= w) -> (forall w, 0 < w -> exp (- w) * phi w = dPhi w) ->
  is_lim Phi p_infty L -> noise_integral phi (L - Phi 0).
Proof.
  intros HA Hphi HL. replace (L - Phi 0) with ((L - Phi 1) + (Phi 1 - Phi 0)) by lra.
  apply (integral_join h (- ln 1)).
  - apply (noise_above Phi dPhi); try assumption; try lra; intros w Hw; [apply HA|apply Hphi]; lra.
  - apply (noise_below Phi dPhi); try lra; intros w Hw; [apply HA|apply Hphi]; lra.
Qed.

Lemma noise_two_pieces (Phi dPhi Psi dPsi : R -> R) (a L : R) :
  0 <= a ->
  antiderivative Phi dPhi (fun w => 0 <= w <= a) -> (forall w, 0 < w < a -> exp (- w) * phi w = dPhi w) ->
  antiderivative Psi dPsi (fun w => a <= w) -> (forall w, a < w -> exp (- w) * phi w = dPsi w) ->
  is_lim Psi p_infty L -> noise_integral phi ((L - Psi a) + (Phi a - Phi 0)).
Proof.
  intros [Ha|<-] HA Hphi HB Hpsi HL.
  - apply (integral_join h (- ln a)); [now apply (noise_above Psi dPsi)|now apply (noise_below Phi dPhi)].
  - replace (L - Psi 0 + (Phi 0 - Phi 0)) with (L - Psi 0) by lra. now apply (noise_one_piece Psi dPsi).
Qed.

Lemma noise_three_pieces (Phi dPhi Chi dChi Psi dPsi : R -> R) (a b L : R) :
  0 <= a <= b ->
  antiderivative Phi dPhi (fun w => 0 <= w <= a) -> (forall w, 0 < w < a -> exp (- w) * phi w = dPhi w) ->
  antiderivative Chi dChi (fun w => a <= w <= b) -> (forall w, a < w < b -> exp (- w) * phi w = dChi w) ->
  antiderivative Psi dPsi (fun w => b <= w) -> (forall w, b < w -> exp (- w) * phi w = dPsi w) ->
  is_lim Psi p_infty L -> noise_integral phi ((L - Psi b) + (Chi b - Chi a) + (Phi a - Phi 0)).
Proof.
  intros [[Ha|<-] Hab] HA Hphi HC Hchi HB Hpsi HL.
  - apply (integral_join h (- ln a)); [|now apply (noise_below Phi dPhi)].
    apply (integral_join_left h (- ln b)); [|apply (noise_between Chi dChi); [lra|assumption|assumption]].
    apply (noise_above Psi dPsi); try assumption. lra.
  - replace (L - Psi b + (Chi b - Chi 0) + (Phi 0 - Phi 0)) with ((L - Psi b) + (Chi b - Chi 0)) by lra.
    now apply (noise_two_pieces Chi dChi Psi dPsi).
Qed.

End Pieces.

Lemma noise_integral_ext (phi psi : R -> R) v :
  (forall w, 0 < w -> phi w = psi w) -> noise_integral phi v -> noise_integral psi v.
Proof. intros H. apply integral_ext. intros x. rewrite H; [reflexivity|apply exp_pos]. Qed.

Lemma noise_integral_scal c (phi : R -> R) v : noise_integral phi v -> noise_integral (fun w => c * phi w) (c * v).
Proof.
  intros H. apply (integral_ext (fun x => c * (gumbel_density x * phi (exp (- x))))); [intros; ring|].
  now apply integral_scal.
Qed.
