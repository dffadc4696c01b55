(* The joint law of m = n - 1 log-ratios: distribution function, density, mass.

   The log-ratios are the differences of n Gumbel variables to the first of them, the reference class. Their distribution
   function is 1 / (1 + S), S the sum of exp(-l_i); everything that is known about Gumbel-softmax samples at any
   temperature follows from it. *)

From Coq Require Import Reals Lra Lia.
From Coquelicot Require Import Coquelicot.
From Gumbelcheck Require Import Sums Integrals Gumbel Softmax GumbelMax.
Open Scope R_scope.

(* S = exp(-l_0) + ... + exp(-l_(m-1)) *)
Definition decay (m : nat) (l : nat -> R) : R := sum m (fun i => exp (- l i)).

Definition log_ratio_cdf (m : nat) (l : nat -> R) : R := / (1 + decay m l).

Definition log_ratio_density (m : nat) (l : nat -> R) : R :=
  INR (fact m) * product m (fun i => exp (- l i)) / (1 + decay m l) ^ (m + 1).

(* The event that every coordinate is at most its bound. *)
Definition below (m : nat) (y l : nat -> R) : Prop := forall i, (i < m)%nat -> y i <= l i.

Lemma decay_nonnegative m l : 0 <= decay m l.
Proof. apply sum_nonnegative. intros. left. apply exp_pos. Qed.

Lemma decay_prepend m x l : decay (S m) (prepend x l) = exp (- x) + decay m l.
Proof. reflexivity. Qed.

(* P(log-ratios below l) = 1 / (1 + S), from the noise. *)
Theorem log_ratio_law m l :
  is_iterated_integral (S m)
    (fun g => noise_density (S m) g * indicator (forall i, (i < m)%nat -> g (S i) - g 0%nat <= l i)) (log_ratio_cdf m l).
Proof.
  set (o := prepend 0 (fun i => - l i)).
  replace (log_ratio_cdf m l) with (softmax (S m) o 0).
  - apply (iterated_integral_ext (S m) (fun g => noise_density (S m) g * indicator (is_argmax (S m) (scores o g) 0))).
    + intros g. f_equal. apply indicator_iff. unfold is_argmax, scores, o. split.
      * intros H i Hi. specialize (H (S i) ltac:(lia)). simpl in H. lra.
      * intros H [|i] Hi; simpl; [lra|]. specialize (H i ltac:(lia)). lra.
    + apply gumbel_max. lia.
  - unfold softmax, partition, o, log_ratio_cdf, decay. simpl. rewrite exp_0. unfold Rdiv. ring.
Qed.

(* Mixed partial derivatives: d is the derivative of h once with respect to each of the first m coordinates. *)
Fixpoint is_mixed_partial (m : nat) (h d : (nat -> R) -> R) : Prop :=
  match m with
  | O => forall l, h l = d l
  | S k => exists h' : R -> (nat -> R) -> R,
      (forall x l, is_derive (fun y => h (prepend y l)) x (h' x l)) /\
      (forall x, is_mixed_partial k (h' x) (fun l => d (prepend x l)))
  end.

Lemma mixed_partial_ext m : forall h k d e,
  (forall l, h l = k l) -> (forall l, d l = e l) -> is_mixed_partial m h d -> is_mixed_partial m k e.
Proof.
  induction m as [|m IH]; intros h k d e H D; simpl.
  - intros E l. now rewrite <- H, <- D.
  - intros [h' [H1 H2]]. exists h'. split.
    + intros x l. apply (is_derive_ext (fun y => h (prepend y l))); [intros; apply H|apply H1].
    + intros x. apply (IH (h' x) (h' x) (fun l => d (prepend x l))); [reflexivity|intros; apply D|apply H2].
Qed.

(* The same with 1 replaced by a and the power 1 by q, which is what is left when the first coordinates are known. *)

(* q (q + 1) ... (q + m - 1) *)
Fixpoint rising (q m : nat) : R :=
  match m with
  | O => 1
  | S k => INR q * rising (S q) k
  end.

Lemma rising_fact m : forall q, INR (fact q) * rising (S q) m = INR (fact (q + m)).
Proof.
  induction m as [|m IH]; intros q.
  - rewrite Nat.add_0_r. simpl rising. ring.
  - change (rising (S q) (S m)) with (INR (S q) * rising (S (S q)) m). rewrite <- Rmult_assoc, <- mult_INR. replace (fact q * S q)%nat with (fact (S q)) by (simpl; lia).
    rewrite IH. do 2 f_equal. lia.
Qed.

Lemma rising_one m : rising 1 m = INR (fact m).
Proof. pose proof (rising_fact m 0) as K. rewrite Nat.add_0_l in K. rewrite <- K. simpl (INR (fact 0)). ring. Qed.

Definition shifted_cdf (a : R) (q m : nat) (l : nat -> R) : R := / (a + decay m l) ^ q.

Definition shifted_density (a : R) (q m : nat) (l : nat -> R) : R :=
  rising q m * product m (fun i => exp (- l i)) / (a + decay m l) ^ (q + m).

Lemma shifted_density_prepend a q m x l :
  shifted_density a q (S m) (prepend x l) = INR q * exp (- x) * shifted_density (a + exp (- x)) (S q) m l.
Proof.
  unfold shifted_density. rewrite decay_prepend. cbn [rising product prepend].
  replace (q + S m)%nat with (S q + m)%nat by lia.
  replace (a + (exp (- x) + decay m l)) with (a + exp (- x) + decay m l) by ring. unfold Rdiv. ring.
Qed.

Lemma log_ratio_density_shifted m l : log_ratio_density m l = shifted_density 1 1 m l.
Proof. unfold log_ratio_density, shifted_density. rewrite rising_one. now rewrite Nat.add_comm. Qed.

Local Ltac side := repeat split; trivial; apply pow_nonzero; lra.

Lemma shifted_mixed_partial m : forall a q c, 0 < a ->
  is_mixed_partial m (fun l => c * shifted_cdf a q m l) (fun l => c * shifted_density a q m l).
Proof.
  induction m as [|m IH]; intros a q c Ha.
  - intros l. unfold shifted_cdf, shifted_density. simpl. rewrite Nat.add_0_r. unfold Rdiv. ring.
  - exists (fun x l => c * INR q * exp (- x) * shifted_cdf (a + exp (- x)) (S q) m l). split.
    + intros x l. unfold shifted_cdf.
      pose proof (decay_nonnegative m l) as D. pose proof (exp_pos (- x)) as E.
      apply (is_derive_ext (fun y => c * / (a + (exp (- y) + decay m l)) ^ q)); [reflexivity|].
      auto_derive.
      * side.
      * replace (a + exp (- x) + decay m l) with (a + (exp (- x) + decay m l)) by ring.
        destruct q as [|q]; [simpl; field; lra|].
        simpl pred. simpl pow. field. split; [apply pow_nonzero|]; lra.
    + intros x. pose proof (exp_pos (- x)).
      apply (mixed_partial_ext m (fun l => (c * INR q * exp (- x)) * shifted_cdf (a + exp (- x)) (S q) m l) _
        (fun l => (c * INR q * exp (- x)) * shifted_density (a + exp (- x)) (S q) m l)).
      * reflexivity.
      * intros l. rewrite shifted_density_prepend. ring.
      * apply IH. lra.
Qed.

(* The density is the mixed partial derivative of the distribution function. *)
Theorem log_ratio_mixed_partial m : is_mixed_partial m (log_ratio_cdf m) (log_ratio_density m).
Proof.
  apply (mixed_partial_ext m (fun l => 1 * shifted_cdf 1 1 m l) _ (fun l => 1 * shifted_density 1 1 m l)).
  - intros l. unfold shifted_cdf, log_ratio_cdf. rewrite pow_1. ring.
  - intros l. rewrite log_ratio_density_shifted. ring.
  - apply shifted_mixed_partial. lra.
Qed.

(* One coordinate: the integral of q exp(-x) / (b + exp(-x))^(q+1). *)

Lemma power_vanishes (b : R) (q : nat) : (0 < q)%nat -> is_lim (fun w => / (b + w) ^ q) p_infty 0.
Proof.
  intros Hq. apply (is_lim_ext_loc (fun w => (/ (b + w)) ^ q)).
  - exists (- b). intros w Hw. apply pow_inv.
  - assert (I : filterlim (fun w => / (b + w)) (Rbar_locally p_infty) (locally 0)).
    { assert (K : is_lim (fun w => b + w) p_infty p_infty).
      { apply (is_lim_plus (fun _ => b) (fun w => w) p_infty b p_infty p_infty); [apply is_lim_const|apply is_lim_id|].
        reflexivity. }
      exact (is_lim_inv _ _ _ K ltac:(discriminate)). }
    apply (filterlim_comp _ _ _ (fun w => / (b + w)) (fun y => y ^ q) _ (locally 0)); [exact I|].
    assert (C : continuous (fun y : R => y ^ q) 0) by smooth. unfold continuous in C. rewrite pow_i in C by assumption.
    exact C.
Qed.

Lemma one_coordinate_antiderivative (b : R) (q : nat) (P : R -> Prop) : 0 < b ->
  antiderivative (fun x => / (b + exp (- x)) ^ q) (fun x => INR q * exp (- x) / (b + exp (- x)) ^ S q) P.
Proof.
  intros Hb x _. pose proof (exp_pos (- x)) as E. split.
  - auto_derive.
    + side.
    + destruct q as [|q]; [simpl; field; lra|]. simpl pred. simpl pow. field. split; [apply pow_nonzero|]; lra.
  - match goal with |- continuous ?h _ => apply (ex_derive_continuous h x) end. auto_derive.
    repeat split; trivial. apply (pow_nonzero (b + exp (- x)) (S q)). lra.
Qed.

Lemma one_coordinate (b : R) (q : nat) t : 0 < b -> (0 < q)%nat ->
  is_RInt_gen (fun x => INR q * exp (- x) / (b + exp (- x)) ^ S q) (Rbar_locally m_infty) (at_point t)
    (/ (b + exp (- t)) ^ q).
Proof.
  intros Hb Hq. replace (/ (b + exp (- t)) ^ q) with (/ (b + exp (- t)) ^ q - 0) by ring.
  apply (integral_left _ (fun x => / (b + exp (- x)) ^ q) (fun x => INR q * exp (- x) / (b + exp (- x)) ^ S q)).
  - now apply one_coordinate_antiderivative.
  - reflexivity.
  - apply (lim_left (fun w => / (b + w) ^ q)). now apply power_vanishes.
Qed.

Lemma one_coordinate_line (b : R) (q : nat) : 0 < b -> (0 < q)%nat ->
  is_integral (fun x => INR q * exp (- x) / (b + exp (- x)) ^ S q) (/ b ^ q).
Proof.
  intros Hb Hq. replace (/ b ^ q) with (/ (b + 0) ^ q - 0) by (rewrite Rplus_0_r; ring).
  apply (integral_line _ (fun x => / (b + exp (- x)) ^ q) (fun x => INR q * exp (- x) / (b + exp (- x)) ^ S q)).
  - now apply one_coordinate_antiderivative.
  - reflexivity.
  - apply (lim_left (fun w => / (b + w) ^ q)). now apply power_vanishes.
  - apply (lim_right (fun w => / (b + w) ^ q)).
    apply (ex_derive_continuous (fun w => / (b + w) ^ q)). auto_derive. side.
Qed.

Lemma one_coordinate_below (b : R) (q : nat) t : 0 < b -> (0 < q)%nat ->
  is_integral (fun x => INR q * exp (- x) / (b + exp (- x)) ^ S q * indicator (x <= t)) (/ (b + exp (- t)) ^ q).
Proof.
  intros Hb Hq. apply (integral_up_to _ t).
  - apply (is_RInt_gen_ext (fun x => INR q * exp (- x) / (b + exp (- x)) ^ S q)); [|now apply one_coordinate].
    exists (fun a => a < t) (fun c => c = t); [exists t; tauto|reflexivity|].
    intros a c Ha -> x Hx. simpl in Hx. rewrite Rmin_left, Rmax_right in Hx by lra.
    rewrite indicator_true by lra. exact (eq_sym (Rmult_1_r _)).
  - intros x Hx. rewrite indicator_false by lra. ring.
Qed.

Lemma below_prepend m x y l : below (S m) (prepend x y) l <-> x <= l 0%nat /\ below m y (tail l).
Proof.
  unfold below. split.
  - intros H. split; [apply (H 0%nat); lia|]. intros i Hi. apply (H (S i)). lia.
  - intros [H0 H] [|i] Hi; [exact H0|]. apply H. lia.
Qed.

Lemma shifted_orthant m : forall a q l, 0 < a -> (0 < q)%nat ->
  is_iterated_integral m (fun y => shifted_density a q m y * indicator (below m y l)) (shifted_cdf a q m l).
Proof.
  induction m as [|m IH]; intros a q l Ha Hq.
  - intros y. unfold shifted_density, shifted_cdf, decay. simpl. rewrite Nat.add_0_r, Rplus_0_r.
    rewrite indicator_true; [unfold Rdiv; ring|]. intros i Hi. lia.
  - apply (iterated_integral_step m _ (fun x =>
      INR q * exp (- x) / ((a + decay m (tail l)) + exp (- x)) ^ S q * indicator (x <= l 0%nat))).
    + intros x. pose proof (exp_pos (- x)) as E.
      apply (iterated_integral_ext m (fun y => INR q * exp (- x) * indicator (x <= l 0%nat) *
        (shifted_density (a + exp (- x)) (S q) m y * indicator (below m y (tail l))))).
      * intros y. rewrite shifted_density_prepend, (indicator_iff _ _ (below_prepend m x y l)), indicator_and. ring.
      * replace (INR q * exp (- x) / (a + decay m (tail l) + exp (- x)) ^ S q * indicator (x <= l 0%nat))
          with (INR q * exp (- x) * indicator (x <= l 0%nat) * shifted_cdf (a + exp (- x)) (S q) m (tail l)).
        { apply iterated_integral_scal. apply IH; [lra|lia]. }
        { unfold shifted_cdf. replace (a + exp (- x) + decay m (tail l)) with (a + decay m (tail l) + exp (- x)) by ring.
          unfold Rdiv. ring. }
    + pose proof (decay_nonnegative m (tail l)) as D.
      replace (shifted_cdf a q (S m) l) with (/ ((a + decay m (tail l)) + exp (- l 0%nat)) ^ q).
      * apply one_coordinate_below; [lra|assumption].
      * unfold shifted_cdf. change (decay (S m) l) with (exp (- l 0%nat) + decay m (tail l)). do 2 f_equal. ring.
Qed.

(* The integral of the density over every orthant is the distribution function. *)
Theorem log_ratio_orthant m l :
  is_iterated_integral m (fun y => log_ratio_density m y * indicator (below m y l)) (log_ratio_cdf m l).
Proof.
  replace (log_ratio_cdf m l) with (shifted_cdf 1 1 m l) by (unfold shifted_cdf, log_ratio_cdf; now rewrite pow_1).
  apply (iterated_integral_ext m (fun y => shifted_density 1 1 m y * indicator (below m y l))).
  - intros y. now rewrite log_ratio_density_shifted.
  - apply shifted_orthant; [lra|lia].
Qed.

Lemma shifted_mass m : forall a q, 0 < a -> (0 < q)%nat ->
  is_iterated_integral m (shifted_density a q m) (/ a ^ q).
Proof.
  induction m as [|m IH]; intros a q Ha Hq.
  - intros y. unfold shifted_density, decay. simpl. rewrite Nat.add_0_r, Rplus_0_r. unfold Rdiv. ring.
  - apply (iterated_integral_step m _ (fun x => INR q * exp (- x) / (a + exp (- x)) ^ S q)).
    + intros x. pose proof (exp_pos (- x)) as E.
      apply (iterated_integral_ext m (fun y => INR q * exp (- x) * shifted_density (a + exp (- x)) (S q) m y)).
      * intros y. now rewrite shifted_density_prepend.
      * apply iterated_integral_scal. apply IH; [lra|lia].
    + now apply one_coordinate_line.
Qed.

Theorem log_ratio_total_mass m : is_iterated_integral m (log_ratio_density m) 1.
Proof.
  apply (iterated_integral_ext m (shifted_density 1 1 m)); [intros; symmetry; apply log_ratio_density_shifted|].
  pose proof (shifted_mass m 1 1 ltac:(lra) ltac:(lia)) as K. rewrite pow_1, Rinv_1 in K. exact K.
Qed.
