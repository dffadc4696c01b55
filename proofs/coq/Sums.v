(* Finite sums and products of real numbers, and points of R^n.

   A point of R^n is a function from the natural numbers of which the values at 0, ..., n - 1 count. Classes are
   numbered from 0. Nothing here is deep; everything else is written in these words. *)

From Coq Require Import Reals Lra Lia.
Open Scope R_scope.

(* a_0 + ... + a_(n-1) *)
Fixpoint sum (n : nat) (a : nat -> R) : R :=
  match n with
  | O => 0
  | S m => a 0%nat + sum m (fun i => a (S i))
  end.

(* a_0 ... a_(n-1) *)
Fixpoint product (n : nat) (a : nat -> R) : R :=
  match n with
  | O => 1
  | S m => a 0%nat * product m (fun i => a (S i))
  end.

(* The point (x, g_0, g_1, ...). *)
Definition prepend (x : R) (g : nat -> R) : nat -> R :=
  fun i => match i with O => x | S j => g j end.

(* The same without its first coordinate. *)
Definition tail (a : nat -> R) : nat -> R := fun i => a (S i).

Lemma mult_pos_neg a b : 0 < a -> b < 0 -> a * b < 0.
Proof. intros Ha Hb. assert (0 < a * - b) by (apply Rmult_lt_0_compat; lra). lra. Qed.

Lemma mult_neg_pos a b : a < 0 -> 0 < b -> a * b < 0.
Proof. intros Ha Hb. rewrite Rmult_comm. now apply mult_pos_neg. Qed.

Lemma sum_ext n : forall a b, (forall i, (i < n)%nat -> a i = b i) -> sum n a = sum n b.
Proof.
  induction n as [|n IH]; intros a b H; [reflexivity|]; simpl.
  rewrite (H 0%nat) by lia. f_equal. apply IH. intros i Hi. apply H. lia.
Qed.

Lemma sum_plus n : forall a b, sum n (fun i => a i + b i) = sum n a + sum n b.
Proof. induction n as [|n IH]; intros a b; simpl; [lra|]. rewrite IH. lra. Qed.

Lemma sum_scal n : forall c a, sum n (fun i => c * a i) = c * sum n a.
Proof. induction n as [|n IH]; intros c a; simpl; [lra|]. rewrite IH. lra. Qed.

Lemma sum_opp n a : sum n (fun i => - a i) = - sum n a.
Proof.
  rewrite (sum_ext n _ (fun i => -1 * a i)) by (intros; lra). rewrite sum_scal. lra.
Qed.

Lemma sum_minus n a b : sum n (fun i => a i - b i) = sum n a - sum n b.
Proof. unfold Rminus. rewrite sum_plus, sum_opp. reflexivity. Qed.

Lemma sum_div n a c : sum n (fun i => a i / c) = sum n a / c.
Proof.
  rewrite (sum_ext n _ (fun i => / c * a i)) by (intros; unfold Rdiv; lra). rewrite sum_scal. unfold Rdiv. lra.
Qed.

Lemma sum_constant n c : sum n (fun _ => c) = INR n * c.
Proof.
  induction n as [|n IH]; [simpl; lra|].
  change (sum (S n) (fun _ => c)) with (c + sum n (fun _ => c)). rewrite IH, S_INR. lra.
Qed.

Lemma sum_zero n a : (forall i, (i < n)%nat -> a i = 0) -> sum n a = 0.
Proof. intros H. rewrite (sum_ext n _ (fun _ => 0)) by assumption. rewrite sum_constant. lra. Qed.

Lemma sum_last n : forall a, sum (S n) a = sum n a + a n.
Proof.
  induction n as [|n IH]; intros a; [simpl; lra|].
  change (sum (S (S n)) a) with (a 0%nat + sum (S n) (fun i => a (S i))). rewrite IH. simpl. lra.
Qed.

Lemma sum_nonnegative n : forall a, (forall i, (i < n)%nat -> 0 <= a i) -> 0 <= sum n a.
Proof.
  induction n as [|n IH]; intros a H; simpl; [lra|].
  assert (0 <= a 0%nat) by (apply H; lia).
  assert (0 <= sum n (fun i => a (S i))) by (apply IH; intros; apply H; lia). lra.
Qed.

Lemma sum_positive n a : (0 < n)%nat -> (forall i, (i < n)%nat -> 0 < a i) -> 0 < sum n a.
Proof.
  destruct n as [|n]; [lia|]. intros _ H. simpl.
  assert (0 < a 0%nat) by (apply H; lia).
  assert (0 <= sum n (fun i => a (S i))) by (apply sum_nonnegative; intros; left; apply H; lia). lra.
Qed.

Lemma sum_le n a b : (forall i, (i < n)%nat -> a i <= b i) -> sum n a <= sum n b.
Proof.
  intros H. assert (0 <= sum n (fun i => b i - a i)).
  { apply sum_nonnegative. intros i Hi. specialize (H i Hi). lra. }
  rewrite sum_minus in H0. lra.
Qed.

(* One term is at most the sum of terms that are not negative. *)
Lemma term_le_sum n : forall a k, (k < n)%nat -> (forall i, (i < n)%nat -> 0 <= a i) -> a k <= sum n a.
Proof.
  induction n as [|n IH]; intros a k Hk H; [lia|]; simpl. destruct k as [|k].
  - assert (0 <= sum n (fun i => a (S i))) by (apply sum_nonnegative; intros; apply H; lia). lra.
  - assert (a (S k) <= sum n (fun i => a (S i))).
    { apply (IH (fun i => a (S i)) k); [lia|]. intros. apply H. lia. }
    assert (0 <= a 0%nat) by (apply H; lia). lra.
Qed.

(* A sum with one term that is not zero. *)
Lemma sum_single n : forall a k, (k < n)%nat -> (forall i, (i < n)%nat -> i <> k -> a i = 0) -> sum n a = a k.
Proof.
  induction n as [|n IH]; intros a k Hk H; [lia|]; simpl. destruct k as [|k].
  - rewrite (sum_zero n (fun i => a (S i))); [lra|]. intros. apply H; lia.
  - rewrite (H 0%nat) by lia. rewrite (IH (fun i => a (S i)) k); [lra|lia|]. intros. apply H; lia.
Qed.

Lemma product_ext n : forall a b, (forall i, (i < n)%nat -> a i = b i) -> product n a = product n b.
Proof.
  induction n as [|n IH]; intros a b H; [reflexivity|]; simpl.
  rewrite (H 0%nat) by lia. f_equal. apply IH. intros i Hi. apply H. lia.
Qed.

Lemma product_mult n : forall a b, product n (fun i => a i * b i) = product n a * product n b.
Proof. induction n as [|n IH]; intros a b; simpl; [lra|]. rewrite IH. lra. Qed.

Lemma product_last n : forall a, product (S n) a = product n a * a n.
Proof.
  induction n as [|n IH]; intros a; [simpl; lra|].
  change (product (S (S n)) a) with (a 0%nat * product (S n) (fun i => a (S i))). rewrite IH. simpl. lra.
Qed.

Lemma product_positive n : forall a, (forall i, (i < n)%nat -> 0 < a i) -> 0 < product n a.
Proof.
  induction n as [|n IH]; intros a H; simpl; [lra|].
  apply Rmult_lt_0_compat; [apply H; lia|]. apply IH. intros. apply H. lia.
Qed.

Lemma product_constant n c : product n (fun _ => c) = c ^ n.
Proof. induction n as [|n IH]; [reflexivity|]. simpl. rewrite <- IH. reflexivity. Qed.

Lemma product_one n a : (forall i, (i < n)%nat -> a i = 1) -> product n a = 1.
Proof. intros H. rewrite (product_ext n _ (fun _ => 1)) by assumption. rewrite product_constant. apply pow1. Qed.

Lemma product_zero n : forall a k, (k < n)%nat -> a k = 0 -> product n a = 0.
Proof.
  induction n as [|n IH]; intros a k Hk H; [lia|]; simpl. destruct k as [|k].
  - rewrite H. lra.
  - rewrite (IH (fun i => a (S i)) k) by (assumption || lia). lra.
Qed.

Lemma product_exp n : forall a, product n (fun i => exp (a i)) = exp (sum n a).
Proof. induction n as [|n IH]; intros a; simpl; [now rewrite exp_0|]. now rewrite IH, exp_plus. Qed.

Lemma product_scal n c a : product n (fun i => c * a i) = c ^ n * product n a.
Proof. rewrite product_mult, product_constant. reflexivity. Qed.
