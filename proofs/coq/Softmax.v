(* Softmax: what it keeps, its derivative, and its limits.

   Order and ties are kept at every temperature, so the place of the largest entry of a soft sample is that of the
   largest of logits plus noise: a rounded sample is categorical whatever the temperature. The Jacobian is what
   gradients are held to. *)

From Coq Require Import Reals Lra Lia.
From Coquelicot Require Import Coquelicot.
From Gumbelcheck Require Import Sums.
Open Scope R_scope.

(* Z = exp(z_0) + ... + exp(z_(n-1)) *)
Definition partition (n : nat) (z : nat -> R) : R := sum n (fun i => exp (z i)).

Definition log_sum_exp (n : nat) (z : nat -> R) : R := ln (partition n z).

Definition softmax (n : nat) (z : nat -> R) (i : nat) : R := exp (z i) / partition n z.

(* The n scores divided by a temperature. *)
Definition scaled (tau : R) (z : nat -> R) : nat -> R := fun i => z i / tau.

Definition is_argmax (n : nat) (z : nat -> R) (k : nat) : Prop := forall i, (i < n)%nat -> z i <= z k.

Lemma partition_positive n z : (0 < n)%nat -> 0 < partition n z.
Proof. intros H. apply sum_positive; [assumption|]. intros. apply exp_pos. Qed.

Lemma partition_nonnegative n z : 0 <= partition n z.
Proof. apply sum_nonnegative. intros. left. apply exp_pos. Qed.

Theorem softmax_positive n z i : (0 < n)%nat -> 0 < softmax n z i.
Proof. intros H. apply Rdiv_lt_0_compat; [apply exp_pos|now apply partition_positive]. Qed.

Theorem softmax_sums_to_one n z : (0 < n)%nat -> sum n (softmax n z) = 1.
Proof.
  intros H. unfold softmax. rewrite sum_div. fold (partition n z).
  pose proof (partition_positive n z H). field. lra.
Qed.

Theorem softmax_shift n z c i : (0 < n)%nat -> softmax n (fun j => z j + c) i = softmax n z i.
Proof.
  intros H. unfold softmax. unfold partition at 1.
  rewrite (sum_ext n _ (fun j => exp c * exp (z j))) by (intros; rewrite exp_plus; ring).
  rewrite sum_scal, exp_plus. fold (partition n z).
  pose proof (partition_positive n z H). pose proof (exp_pos c). field. lra.
Qed.

Lemma softmax_lt n z i j : (0 < n)%nat -> (softmax n z i < softmax n z j <-> z i < z j).
Proof.
  intros H. pose proof (partition_positive n z H) as Z. unfold softmax. split; intros K.
  - apply exp_lt_inv. apply (Rmult_lt_reg_r (/ partition n z)); [now apply Rinv_0_lt_compat|exact K].
  - apply Rmult_lt_compat_r; [now apply Rinv_0_lt_compat|now apply exp_increasing].
Qed.

Lemma softmax_eq n z i j : (0 < n)%nat -> (softmax n z i = softmax n z j <-> z i = z j).
Proof.
  intros H. pose proof (softmax_lt n z i j H). pose proof (softmax_lt n z j i H). split; intros K.
  - destruct (Rtotal_order (z i) (z j)) as [L|[L|L]]; [|assumption|]; exfalso.
    + assert (softmax n z i < softmax n z j) by tauto. lra.
    + assert (softmax n z j < softmax n z i) by tauto. lra.
  - unfold softmax. now rewrite K.
Qed.

(* Order and ties, at every temperature. *)
Theorem softmax_keeps_order n z tau i j :
  (0 < n)%nat -> 0 < tau ->
  (softmax n (scaled tau z) i < softmax n (scaled tau z) j <-> z i < z j) /\
  (softmax n (scaled tau z) i = softmax n (scaled tau z) j <-> z i = z j).
Proof.
  intros H T. rewrite softmax_lt, softmax_eq by assumption. unfold scaled, Rdiv.
  assert (I : 0 < / tau) by now apply Rinv_0_lt_compat. split; split; intros K.
  - now apply (Rmult_lt_reg_r (/ tau)).
  - now apply Rmult_lt_compat_r.
  - apply (Rmult_eq_reg_r (/ tau)); lra.
  - now rewrite K.
Qed.

(* So the largest entries of a soft sample are those of the scores. *)
Theorem softmax_keeps_argmax n z tau k :
  (0 < n)%nat -> 0 < tau -> (is_argmax n (softmax n (scaled tau z)) k <-> is_argmax n z k).
Proof.
  intros H T. split; intros K i Hi; specialize (K i Hi);
    destruct (softmax_keeps_order n z tau k i H T) as [A _].
  - destruct (Rle_lt_dec (z i) (z k)) as [|L]; [assumption|]. apply A in L. lra.
  - destruct (Rle_lt_dec (softmax n (scaled tau z) i) (softmax n (scaled tau z) k)) as [|L]; [assumption|].
    apply A in L. lra.
Qed.

(* The Jacobian *)

(* The point z with its j-th coordinate replaced by x. *)
Definition replace_at (j : nat) (x : R) (z : nat -> R) : nat -> R := fun i => if Nat.eqb i j then x else z i.

Definition kronecker (i j : nat) : R := if Nat.eqb i j then 1 else 0.

Lemma is_derive_sum n : forall (a : nat -> R -> R) (d : nat -> R) x,
  (forall i, (i < n)%nat -> is_derive (a i) x (d i)) -> is_derive (fun y => sum n (fun i => a i y)) x (sum n d).
Proof.
  induction n as [|n IH]; intros a d x H; simpl.
  - apply @is_derive_const.
  - apply (is_derive_plus (a 0%nat) (fun y => sum n (fun i => a (S i) y))).
    + apply H. lia.
    + apply (IH (fun i => a (S i)) (fun i => d (S i))). intros. apply H. lia.
Qed.

(* Softmax along any line of scores: the derivative of z_i + y w_i. *)
Theorem softmax_directional n (z w : nat -> R) i : (0 < n)%nat ->
  is_derive (fun y => softmax n (fun j => z j + y * w j) i) 0
    (softmax n z i * (w i - sum n (fun j => softmax n z j * w j))).
Proof.
  intros H.
  assert (E : forall j, is_derive (fun y => exp (z j + y * w j)) 0 (w j * exp (z j))).
  { intros j. auto_derive; [trivial|]. rewrite Rmult_0_l, Rplus_0_r. ring. }
  assert (Z0 : partition n (fun j => z j + 0 * w j) = partition n z).
  { apply sum_ext. intros. f_equal. ring. }
  pose proof (partition_positive n z H) as Z.
  assert (P : is_derive (fun y => partition n (fun j => z j + y * w j)) 0 (sum n (fun j => w j * exp (z j)))).
  { apply (is_derive_sum n (fun j y => exp (z j + y * w j))). intros. apply E. }
  pose proof (is_derive_div _ _ 0 _ _ (E i) P) as D.
  cbv beta in D. rewrite Z0 in D. specialize (D ltac:(lra)).
  replace (softmax n z i * (w i - sum n (fun j => softmax n z j * w j)))
    with ((w i * exp (z i) * partition n z - exp (z i + 0 * w i) * sum n (fun j => w j * exp (z j))) / partition n z ^ 2).
  - exact D.
  - rewrite Rmult_0_l, Rplus_0_r. unfold softmax.
    rewrite (sum_ext n (fun j => exp (z j) / partition n z * w j) (fun j => / partition n z * (w j * exp (z j))))
      by (intros; unfold Rdiv; ring).
    rewrite sum_scal. field. lra.
Qed.

(* d y_i / d z_j = y_i (delta_ij - y_j) / tau *)
Theorem softmax_jacobian n z tau i j : (j < n)%nat -> 0 < tau ->
  is_derive (fun x => softmax n (scaled tau (replace_at j x z)) i) (z j)
    (softmax n (scaled tau z) i * (kronecker i j - softmax n (scaled tau z) j) / tau).
Proof.
  intros Hj T. assert (H : (0 < n)%nat) by lia.
  pose proof (softmax_directional n (scaled tau z) (fun l => kronecker l j / tau) i H) as D.
  assert (D' : is_derive (fun x => softmax n (fun l => scaled tau z l + (x - z j) * (kronecker l j / tau)) i) (z j)
      (softmax n (scaled tau z) i * (kronecker i j - softmax n (scaled tau z) j) / tau)).
  { assert (S0 : is_derive (fun x => x - z j) (z j) 1) by (auto_derive; [trivial|ring]).
    replace (0 : R) with (z j - z j) in D by ring.
    pose proof (is_derive_comp (fun y => softmax n (fun l => scaled tau z l + y * (kronecker l j / tau)) i)
      (fun x => x - z j) (z j) _ _ D S0) as C.
    rewrite (sum_single n (fun l => softmax n (scaled tau z) l * (kronecker l j / tau)) j) in C; [|assumption|].
    - assert (KJ : kronecker j j = 1) by (unfold kronecker; now rewrite Nat.eqb_refl). rewrite KJ in C.
      replace (softmax n (scaled tau z) i * (kronecker i j - softmax n (scaled tau z) j) / tau) with
        (scal (1 : R) (softmax n (scaled tau z) i * (kronecker i j / tau - softmax n (scaled tau z) j * (1 / tau)))).
      + exact C.
      + unfold scal; simpl; unfold mult; simpl. field. lra.
    - intros l _ Hl. unfold kronecker. apply Nat.eqb_neq in Hl. rewrite Hl. unfold Rdiv. ring. }
  apply (is_derive_ext (fun x => softmax n (fun l => scaled tau z l + (x - z j) * (kronecker l j / tau)) i));
    [|exact D'].
  intros x. unfold softmax. apply (f_equal2 Rdiv).
  - f_equal. unfold scaled, replace_at, kronecker. destruct (Nat.eqb_spec i j) as [->|]; field; lra.
  - apply sum_ext. intros l _. f_equal. unfold scaled, replace_at, kronecker.
    destruct (Nat.eqb_spec l j) as [->|]; field; lra.
Qed.

(* Limits *)

(* How many of the n scores are as large as that of class k. *)
Definition ties (n : nat) (z : nat -> R) (k : nat) : R := sum n (fun i => if Req_EM_T (z i) (z k) then 1 else 0).

(* 1 / (number of ties) where class i shares the largest score with class k, and 0 elsewhere. *)
Definition cold_share (n : nat) (z : nat -> R) (k i : nat) : R :=
  if Req_EM_T (z i) (z k) then / ties n z k else 0.

Lemma ties_at_least_one n z k : (k < n)%nat -> 1 <= ties n z k.
Proof.
  intros H. unfold ties.
  pose proof (term_le_sum n (fun i => if Req_EM_T (z i) (z k) then 1 else 0) k H) as K.
  cbv beta in K. destruct (Req_EM_T (z k) (z k)) as [|N]; [|now contradiction N].
  apply K. intros i _. destruct (Req_EM_T (z i) (z k)); lra.
Qed.

Lemma is_lim_sum n : forall (a : nat -> R -> R) (l : nat -> R) x,
  (forall i, (i < n)%nat -> is_lim (a i) x (l i)) -> is_lim (fun y => sum n (fun i => a i y)) x (sum n l).
Proof.
  induction n as [|n IH]; intros a l x H; simpl.
  - apply is_lim_const.
  - apply (is_lim_plus (a 0%nat) (fun y => sum n (fun i => a (S i) y)) x (l 0%nat) (sum n (fun i => l (S i)))).
    + apply H. lia.
    + apply (IH (fun i => a (S i)) (fun i => l (S i))). intros. apply H. lia.
    + reflexivity.
Qed.

Lemma softmax_cold_inverse n z k i : (k < n)%nat -> (i < n)%nat -> is_argmax n z k ->
  is_lim (fun beta => softmax n (fun j => beta * z j) i) p_infty
    (cold_share n z k i).
Proof.
  intros Hk Hi K.
  set (e := fun (j : nat) (beta : R) => exp (beta * (z j - z k))).
  set (l := fun j : nat => if Req_EM_T (z j) (z k) then 1 else 0).
  assert (E : forall j, (j < n)%nat -> is_lim (e j) p_infty (l j)).
  { intros j Hj. unfold e, l. destruct (Req_EM_T (z j) (z k)) as [Q|Q].
    - apply (is_lim_ext (fun _ => 1)); [|apply is_lim_const].
      intros beta. rewrite Q, Rminus_eq_0, Rmult_0_r, exp_0. reflexivity.
    - assert (z j - z k < 0) by (specialize (K j Hj); lra).
      apply (filterlim_comp _ _ _ (fun beta => beta * (z j - z k)) exp _ (Rbar_locally m_infty)); [|exact is_lim_exp_m].
      pose proof (is_lim_scal_r (fun w => w) (z j - z k) p_infty p_infty (is_lim_id p_infty)) as M.
      assert (B : Rbar_mult p_infty (z j - z k) = m_infty).
      { simpl. destruct (Rle_dec 0 (z j - z k)); [exfalso; lra|reflexivity]. }
      rewrite B in M. exact M. }
  apply (is_lim_ext (fun beta => e i beta / sum n (fun j => e j beta))).
  { intros beta. unfold softmax, partition, e.
    rewrite (sum_ext n (fun j => exp (beta * z j)) (fun j => exp (beta * z k) * exp (beta * (z j - z k))))
      by (intros; rewrite <- exp_plus; f_equal; ring).
    rewrite sum_scal. replace (beta * z i) with (beta * z k + beta * (z i - z k)) by ring. rewrite exp_plus.
    assert (0 < sum n (fun j => exp (beta * (z j - z k)))) by (apply sum_positive; [lia|intros; apply exp_pos]).
    pose proof (exp_pos (beta * z k)). field. lra. }
  pose proof (is_lim_sum n e l p_infty E) as S.
  pose proof (ties_at_least_one n z k Hk) as T. fold (ties n z k) in S.
  change (sum n l) with (ties n z k) in S.
  replace (cold_share n z k i) with (l i / ties n z k).
  - apply (is_lim_div (e i) (fun beta => sum n (fun j => e j beta)) p_infty (l i) (ties n z k)).
    + now apply E.
    + exact S.
    + intros Q. inversion Q. lra.
    + unfold is_Rbar_div, is_Rbar_mult. simpl. reflexivity.
  - unfold l, cold_share. destruct (Req_EM_T (z i) (z k)); field; lra.
Qed.

(* As the temperature falls to 0, softmax tends to even shares among the largest scores and to 0 for all others. *)
Theorem softmax_cold n z k i : (k < n)%nat -> (i < n)%nat -> is_argmax n z k ->
  filterlim (fun tau => softmax n (scaled tau z) i) (at_right 0)
    (locally (cold_share n z k i)).
Proof.
  intros Hk Hi K. apply (filterlim_ext (fun tau => softmax n (fun j => / tau * z j) i)).
  - intros tau. unfold softmax, partition, scaled, Rdiv. apply (f_equal2 Rmult); [f_equal; ring|].
    f_equal. apply sum_ext. intros. f_equal. ring.
  - apply (filterlim_comp _ _ _ Rinv (fun beta => softmax n (fun j => beta * z j) i) _ (Rbar_locally p_infty)).
    + exact filterlim_Rinv_0_right.
    + exact (softmax_cold_inverse n z k i Hk Hi K).
Qed.

(* With one largest score that limit is its one-hot vector. *)
Theorem softmax_cold_unique n z k i : (k < n)%nat -> (i < n)%nat ->
  (forall j, (j < n)%nat -> j <> k -> z j < z k) ->
  filterlim (fun tau => softmax n (scaled tau z) i) (at_right 0) (locally (kronecker i k)).
Proof.
  intros Hk Hi K.
  replace (kronecker i k) with (cold_share n z k i).
  - apply softmax_cold; try assumption. intros j Hj. destruct (Nat.eq_dec j k) as [->|N]; [lra|].
    left. now apply K.
  - unfold cold_share, kronecker. destruct (Nat.eqb_spec i k) as [->|N].
    + destruct (Req_EM_T (z k) (z k)) as [_|Q]; [|now contradiction Q].
      unfold ties. rewrite (sum_single n _ k); [|assumption|].
      * destruct (Req_EM_T (z k) (z k)) as [_|Q]; [|now contradiction Q]. field.
      * intros j Hj N. specialize (K j Hj N). destruct (Req_EM_T (z j) (z k)); [lra|reflexivity].
    + specialize (K i Hi N). destruct (Req_EM_T (z i) (z k)); [lra|reflexivity].
Qed.
