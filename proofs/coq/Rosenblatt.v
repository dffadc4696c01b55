(* Rosenblatt's transform of the log-ratios: each is put through its conditional distribution function given those before.

   The conditional distribution functions have closed forms and inverses, their densities multiply to the joint one, and
   what comes out is uniform on the cube: independent uniforms from a sample, which is what the checks of the law count in
   bins. *)

From Coq Require Import Reals Lra Lia.
From Coquelicot Require Import Coquelicot.
From Gumbelcheck Require Import Sums Integrals Gumbel Softmax GumbelMax LogRatios.
Open Scope R_scope.

(* Given the first k log-ratios, of which s = S_k is all that matters, the next one is at most t with probability
   ((1 + s) / (1 + s + exp(-t)))^(k+1). *)

Definition conditional_cdf (k : nat) (s t : R) : R := ((1 + s) / (1 + s + exp (- t))) ^ (k + 1).

Definition conditional_density (k : nat) (s t : R) : R :=
  INR (k + 1) * exp (- t) * (1 + s) ^ (k + 1) / (1 + s + exp (- t)) ^ (k + 2).

Definition conditional_quantile (k : nat) (s u : R) : R := - ln ((1 + s) * (Rpower u (- / INR (k + 1)) - 1)).

Lemma shifted_ratio (a t : R) (q : nat) : 0 < a -> (a / (a + exp (- t))) ^ q = a ^ q * / (a + exp (- t)) ^ q.
Proof. intros Ha. unfold Rdiv. rewrite Rpow_mult_distr, pow_inv. reflexivity. Qed.

Theorem conditional_derivative k s t : 0 <= s -> is_derive (conditional_cdf k s) t (conditional_density k s t).
Proof.
  intros Hs. pose proof (exp_pos (- t)) as E.
  apply (is_derive_ext (fun x => (1 + s) ^ (k + 1) * / ((1 + s) + exp (- x)) ^ (k + 1))).
  - intros x. symmetry. apply (shifted_ratio (1 + s) x (k + 1)). lra.
  - pose proof (one_coordinate_antiderivative (1 + s) (k + 1) (fun _ => True) ltac:(lra) t I) as [D _].
    pose proof (is_derive_scal _ t ((1 + s) ^ (k + 1)) _ D) as K.
    unfold conditional_density. replace (k + 2)%nat with (S (k + 1)) by lia.
    replace (INR (k + 1) * exp (- t) * (1 + s) ^ (k + 1) / (1 + s + exp (- t)) ^ S (k + 1))
      with (scal ((1 + s) ^ (k + 1)) (INR (k + 1) * exp (- t) / (1 + s + exp (- t)) ^ S (k + 1))).
    + exact K.
    + unfold scal; simpl; unfold mult; simpl. field. split; [apply pow_nonzero|]; lra.
Qed.

Lemma conditional_density_positive k s t : 0 <= s -> 0 < conditional_density k s t.
Proof.
  intros Hs. pose proof (exp_pos (- t)). apply Rdiv_lt_0_compat.
  - apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat; [apply lt_0_INR; lia|assumption]|apply pow_lt; lra].
  - apply pow_lt. lra.
Qed.

Lemma ratio_between a t : 0 < a -> 0 < a / (a + exp (- t)) < 1.
Proof.
  intros Ha. pose proof (exp_pos (- t)). split; [apply Rdiv_lt_0_compat; lra|].
  apply (Rmult_lt_reg_r (a + exp (- t))); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.

Lemma conditional_between k s t : 0 <= s -> 0 < conditional_cdf k s t < 1.
Proof.
  intros Hs. pose proof (ratio_between (1 + s) t ltac:(lra)) as [P Q]. unfold conditional_cdf. split; [now apply pow_lt|].
  rewrite Nat.add_1_r. apply pow_lt_1_compat; [lra|lia].
Qed.

Theorem conditional_increasing k s t u : 0 <= s -> t < u -> conditional_cdf k s t < conditional_cdf k s u.
Proof.
  intros Hs H. pose proof (ratio_between (1 + s) t ltac:(lra)) as [P _].
  pose proof (exp_pos (- t)). pose proof (exp_pos (- u)).
  assert (K : (1 + s) / (1 + s + exp (- t)) < (1 + s) / (1 + s + exp (- u))).
  { apply Rmult_lt_compat_l; [lra|]. apply Rinv_lt_contravar; [apply Rmult_lt_0_compat; lra|].
    apply Rplus_lt_compat_l. apply exp_increasing. lra. }
  unfold conditional_cdf. rewrite Nat.add_1_r. clear - P K.
  induction k as [|k IH]; [simpl; lra|]. 
  change (((1 + s) / (1 + s + exp (- t))) * ((1 + s) / (1 + s + exp (- t))) ^ S k <
    ((1 + s) / (1 + s + exp (- u))) * ((1 + s) / (1 + s + exp (- u))) ^ S k).
  apply Rmult_gt_0_lt_compat; try assumption; [apply pow_lt; assumption|lra].
Qed.

Theorem conditional_limit_left k s : 0 <= s -> is_lim (conditional_cdf k s) m_infty 0.
Proof.
  intros Hs. apply (is_lim_ext (fun x => (1 + s) ^ (k + 1) * / ((1 + s) + exp (- x)) ^ (k + 1))).
  - intros x. symmetry. apply (shifted_ratio (1 + s) x (k + 1)). lra.
  - replace (Finite 0) with (Rbar_mult ((1 + s) ^ (k + 1)) 0) by (simpl; f_equal; ring).
    apply is_lim_scal_l. apply (lim_left (fun w => / (1 + s + w) ^ (k + 1))). apply power_vanishes. lia.
Qed.

Theorem conditional_limit_right k s : 0 <= s -> is_lim (conditional_cdf k s) p_infty 1.
Proof.
  intros Hs. assert (E : ((1 + s) / (1 + s + 0)) ^ (k + 1) = 1).
  { rewrite Rplus_0_r. unfold Rdiv. rewrite Rinv_r by lra. apply pow1. }
  rewrite <- E. apply (lim_right (fun w => ((1 + s) / (1 + s + w)) ^ (k + 1))).
  apply (ex_derive_continuous (fun w => ((1 + s) / (1 + s + w)) ^ (k + 1))). auto_derive. lra.
Qed.

Lemma root_power u k : 0 < u -> Rpower u (/ INR (k + 1)) ^ (k + 1) = u.
Proof.
  intros Hu. rewrite <- Rpower_pow by apply exp_pos. rewrite Rpower_mult, Rinv_l by (apply not_0_INR; lia).
  now apply Rpower_1.
Qed.

Theorem conditional_of_quantile k s u : 0 <= s -> 0 < u < 1 -> conditional_cdf k s (conditional_quantile k s u) = u.
Proof.
  intros Hs [U0 U1]. unfold conditional_cdf, conditional_quantile.
  assert (Pk : 0 < INR (k + 1)) by (apply lt_0_INR; lia).
  assert (R1 : 1 < Rpower u (- / INR (k + 1))).
  { rewrite <- (Rpower_O u) by assumption. unfold Rpower. apply exp_increasing.
    assert (ln u < 0) by (rewrite <- ln_1; now apply ln_increasing).
    assert (0 < / INR (k + 1)) by now apply Rinv_0_lt_compat.
    assert (/ INR (k + 1) * ln u < 0) by now apply mult_pos_neg. lra. }
  rewrite Ropp_involutive, exp_ln by (apply Rmult_lt_0_compat; lra).
  replace ((1 + s) / (1 + s + (1 + s) * (Rpower u (- / INR (k + 1)) - 1))) with (Rpower u (/ INR (k + 1))).
  - now apply root_power.
  - rewrite Rpower_Ropp. assert (0 < Rpower u (/ INR (k + 1))) by apply exp_pos. field. lra.
Qed.

Theorem quantile_of_conditional k s t : 0 <= s -> conditional_quantile k s (conditional_cdf k s t) = t.
Proof.
  intros Hs. pose proof (conditional_between k s t Hs) as B.
  pose proof (conditional_of_quantile k s _ Hs B) as E.
  destruct (Rtotal_order (conditional_quantile k s (conditional_cdf k s t)) t) as [L|[L|L]]; [|assumption|];
    apply (conditional_increasing k s _ _ Hs) in L; lra.
Qed.

Lemma conditional_le_iff k s t u : 0 <= s -> 0 < u < 1 ->
  (conditional_cdf k s t <= u <-> t <= conditional_quantile k s u).
Proof.
  intros Hs Hu. rewrite <- (conditional_of_quantile k s u Hs Hu) at 1. split; intros H.
  - destruct (Rle_lt_dec t (conditional_quantile k s u)) as [|L]; [assumption|].
    apply (conditional_increasing k s _ _ Hs) in L. lra.
  - destruct H as [L|L]; [left; now apply conditional_increasing|right; now rewrite L].
Qed.

(* The chain rule: the joint density is the product of the conditional ones. *)
Theorem log_ratio_chain_rule m l :
  log_ratio_density m l = product m (fun k => conditional_density k (decay k l) (l k)).
Proof.
  induction m as [|m IH].
  - unfold log_ratio_density, decay. simpl. field.
  - rewrite product_last, <- IH. unfold log_ratio_density, conditional_density.
    rewrite product_last.
    replace (decay (S m) l) with (decay m l + exp (- l m)) by (unfold decay; now rewrite sum_last).
    pose proof (decay_nonnegative m l) as D. pose proof (exp_pos (- l m)) as E.
    replace (S m + 1)%nat with (m + 2)%nat by lia. rewrite fact_simpl, mult_INR.
    replace (1 + (decay m l + exp (- l m))) with (1 + decay m l + exp (- l m)) by ring.
    replace (S m) with (m + 1)%nat by lia. field. split; apply pow_nonzero; lra.
Qed.

(* The transform by the conditional distribution functions is uniform on the cube. *)

Lemma shifted_uniform m : forall a q u, 0 < a -> (0 < q)%nat -> (forall k, (k < m)%nat -> 0 < u k < 1) ->
  is_iterated_integral m
    (fun l => a ^ q * shifted_density a q m l *
      indicator (forall k, (k < m)%nat -> ((a + decay k l) / (a + decay k l + exp (- l k))) ^ (q + k) <= u k))
    (product m u).
Proof.
  induction m as [|m IH]; intros a q u Ha Hq Hu.
  - intros l. unfold shifted_density, decay. simpl. rewrite indicator_true by (intros; lia).
    rewrite Nat.add_0_r, Rplus_0_r. field. apply pow_nonzero. lra.
  - destruct q as [|k]; [lia|].
    set (s := fun x : R => indicator ((a / (a + exp (- x))) ^ S k <= u 0%nat)).
    apply (iterated_integral_step m _ (fun x =>
      product m (tail u) * (a ^ S k * (INR (S k) * exp (- x) / (a + exp (- x)) ^ S (S k) * s x)))).
    + intros x. pose proof (exp_pos (- x)) as E.
      assert (P : (a + exp (- x)) ^ S (S k) <> 0) by (apply pow_nonzero; lra).
      apply (iterated_integral_ext m (fun l => a ^ S k * (INR (S k) * exp (- x) / (a + exp (- x)) ^ S (S k)) * s x *
        ((a + exp (- x)) ^ S (S k) * shifted_density (a + exp (- x)) (S (S k)) m l *
          indicator (forall j, (j < m)%nat ->
            ((a + exp (- x) + decay j l) / (a + exp (- x) + decay j l + exp (- l j))) ^ (S (S k) + j) <= tail u j)))).
      * intros l. rewrite shifted_density_prepend.
        rewrite (indicator_iff (forall j, (j < S m)%nat ->
          ((a + decay j (prepend x l)) / (a + decay j (prepend x l) + exp (- prepend x l j))) ^ (S k + j) <= u j)
          ((a / (a + exp (- x))) ^ S k <= u 0%nat /\ (forall j, (j < m)%nat ->
            ((a + exp (- x) + decay j l) / (a + exp (- x) + decay j l + exp (- l j))) ^ (S (S k) + j) <= tail u j))).
        { rewrite indicator_and. unfold s. field. lra. }
        { assert (Q : forall j, ((a + decay (S j) (prepend x l)) /
            (a + decay (S j) (prepend x l) + exp (- prepend x l (S j)))) ^ (S k + S j)
            = ((a + exp (- x) + decay j l) / (a + exp (- x) + decay j l + exp (- l j))) ^ (S (S k) + j)).
          { intros j. rewrite decay_prepend. replace (S k + S j)%nat with (S (S k) + j)%nat by lia.
            simpl prepend. do 2 f_equal; [ring|]. f_equal. ring. }
          assert (Q0 : ((a + decay 0 (prepend x l)) / (a + decay 0 (prepend x l) + exp (- prepend x l 0%nat))) ^ (S k + 0)
            = (a / (a + exp (- x))) ^ S k).
          { unfold decay. simpl sum. simpl prepend. rewrite Rplus_0_r, Nat.add_0_r. reflexivity. }
          split.
          - intros H. split; [rewrite <- Q0; apply (H 0%nat); lia|]. intros j Hj. rewrite <- Q. apply (H (S j)). lia.
          - intros [H0 H] [|j] Hj; [rewrite Q0; exact H0|]. rewrite Q. apply H. lia. }
      * replace (product m (tail u) * (a ^ S k * (INR (S k) * exp (- x) / (a + exp (- x)) ^ S (S k) * s x)))
          with (a ^ S k * (INR (S k) * exp (- x) / (a + exp (- x)) ^ S (S k)) * s x * product m (tail u)) by ring.
        apply iterated_integral_scal. apply IH; [lra|lia|]. intros j Hj. apply (Hu (S j)). lia.
    + change (product (S m) u) with (u 0%nat * product m (tail u)). rewrite (Rmult_comm (u 0%nat)). apply integral_scal.
      assert (U : 0 < u 0%nat < 1) by (apply Hu; lia).
      set (t := - ln (a * (Rpower (u 0%nat) (- / INR (k + 1)) - 1))).
      assert (Et : (a / (a + exp (- t))) ^ S k = u 0%nat).
      { pose proof (conditional_of_quantile k 0 (u 0%nat) ltac:(lra) U) as C.
        unfold conditional_cdf, conditional_quantile in C. rewrite Rplus_0_r, Rmult_1_l in C.
        rewrite Nat.add_1_r in C. rewrite <- C. unfold t. rewrite Nat.add_1_r.
        set (r := Rpower (u 0%nat) (- / INR (S k)) - 1).
        assert (Pr : 0 < r).
        { unfold r. assert (K : 1 < Rpower (u 0%nat) (- / INR (S k))); [|lra].
          rewrite <- (Rpower_O (u 0%nat)) by tauto. unfold Rpower. apply exp_increasing.
          assert (ln (u 0%nat) < 0) by (rewrite <- ln_1; apply ln_increasing; tauto).
          assert (0 < / INR (S k)) by (apply Rinv_0_lt_compat, lt_0_INR; lia).
          assert (/ INR (S k) * ln (u 0%nat) < 0) by now apply mult_pos_neg. lra. }
        rewrite !Ropp_involutive, !exp_ln by (try apply Rmult_lt_0_compat; lra). f_equal. field. split; nra. }
      replace (u 0%nat) with (a ^ S k * / (a + exp (- t)) ^ S k) by (rewrite <- shifted_ratio by assumption; exact Et).
      apply integral_scal.
      apply (integral_ext (fun x => INR (S k) * exp (- x) / (a + exp (- x)) ^ S (S k) * indicator (x <= t))).
      * intros x. f_equal. unfold s. apply indicator_iff. rewrite <- Et.
        assert (M : forall y z, y < z -> (a / (a + exp (- y))) ^ S k < (a / (a + exp (- z))) ^ S k).
        { intros y z H. pose proof (exp_pos (- y)). pose proof (exp_pos (- z)).
          rewrite !shifted_ratio by assumption. apply Rmult_lt_compat_l; [now apply pow_lt|].
          apply Rinv_lt_contravar; [apply Rmult_lt_0_compat; apply pow_lt; lra|].
          assert (exp (- z) < exp (- y)) by (apply exp_increasing; lra).
          rewrite <- !(Nat.add_1_r k). clear - H0 H1 H2 Ha.
          induction k as [|k IH]; [simpl; lra|]. simpl. apply Rmult_gt_0_lt_compat; try lra. apply pow_lt. lra. }
        split; intros H.
        { destruct H as [L|L]; [left; now apply M|right; now rewrite L]. }
        { destruct (Rle_lt_dec x t) as [|L]; [assumption|]. apply M in L. lra. }
      * apply one_coordinate_below; [assumption|lia].
Qed.

Theorem log_ratio_transform_uniform m u : (forall k, (k < m)%nat -> 0 < u k < 1) ->
  is_iterated_integral m
    (fun l => log_ratio_density m l * indicator (forall k, (k < m)%nat -> conditional_cdf k (decay k l) (l k) <= u k))
    (product m u).
Proof.
  intros Hu. apply (iterated_integral_ext m (fun l => 1 ^ 1 * shifted_density 1 1 m l *
    indicator (forall k, (k < m)%nat -> ((1 + decay k l) / (1 + decay k l + exp (- l k))) ^ (1 + k) <= u k))).
  - intros l. rewrite log_ratio_density_shifted, pow_1, Rmult_1_l. f_equal. apply indicator_iff.
    unfold conditional_cdf. split; intros H k Hk; specialize (H k Hk).
    + rewrite (Nat.add_comm k 1). exact H.
    + rewrite (Nat.add_comm k 1) in H. exact H.
  - apply shifted_uniform; [lra|lia|assumption].
Qed.
