(* The straight-through estimator as dual numbers: the value of the hard sample, the tangent of the soft one.

   A program run on numbers a + a' epsilon, epsilon^2 = 0, computes its value and its derivative. The estimator is the
   number whose value is the hard sample and whose tangent is that of the soft sample of the same noise. Whatever comes
   after it sees the hard value, and its derivative is that of the soft sample: hence the gradients that the checks
   compare with. *)

From Coq Require Import Reals Lra Lia.
From Coquelicot Require Import Coquelicot.
From Gumbelcheck Require Import Sums Softmax GumbelMax.
Open Scope R_scope.

Record dual : Type := Dual { value : R; tangent : R }.

Definition constant (c : R) : dual := Dual c 0.
Definition dual_plus (a b : dual) : dual := Dual (value a + value b) (tangent a + tangent b).
Definition dual_minus (a b : dual) : dual := Dual (value a - value b) (tangent a - tangent b).
Definition dual_times (a b : dual) : dual := Dual (value a * value b) (value a * tangent b + tangent a * value b).
Definition dual_quotient (a b : dual) : dual :=
  Dual (value a / value b) ((tangent a - value a / value b * tangent b) / value b).
Definition dual_exp (a : dual) : dual := Dual (exp (value a)) (exp (value a) * tangent a).
Definition dual_ln (a : dual) : dual := Dual (ln (value a)) (tangent a / value a).

Fixpoint dual_sum (n : nat) (a : nat -> dual) : dual :=
  match n with
  | O => constant 0
  | S m => dual_plus (a 0%nat) (dual_sum m (fun i => a (S i)))
  end.

(* Programs, run on real and on dual numbers *)

Inductive program : Type :=
  | Input (i : nat)
  | Number (c : R)
  | Plus (p q : program)
  | Minus (p q : program)
  | Times (p q : program)
  | Quotient (p q : program)
  | Exponential (p : program)
  | Logarithm (p : program).

Fixpoint run (p : program) (x : nat -> R) : R :=
  match p with
  | Input i => x i
  | Number c => c
  | Plus p q => run p x + run q x
  | Minus p q => run p x - run q x
  | Times p q => run p x * run q x
  | Quotient p q => run p x / run q x
  | Exponential p => exp (run p x)
  | Logarithm p => ln (run p x)
  end.

Fixpoint run_dual (p : program) (x : nat -> dual) : dual :=
  match p with
  | Input i => x i
  | Number c => constant c
  | Plus p q => dual_plus (run_dual p x) (run_dual q x)
  | Minus p q => dual_minus (run_dual p x) (run_dual q x)
  | Times p q => dual_times (run_dual p x) (run_dual q x)
  | Quotient p q => dual_quotient (run_dual p x) (run_dual q x)
  | Exponential p => dual_exp (run_dual p x)
  | Logarithm p => dual_ln (run_dual p x)
  end.

(* No division by 0, and logarithms of positive numbers only. *)
Fixpoint well_defined (p : program) (x : nat -> R) : Prop :=
  match p with
  | Input _ | Number _ => True
  | Plus p q | Minus p q | Times p q => well_defined p x /\ well_defined q x
  | Quotient p q => well_defined p x /\ well_defined q x /\ run q x <> 0
  | Exponential p => well_defined p x
  | Logarithm p => well_defined p x /\ 0 < run p x
  end.

(* The program reads the first n inputs only. *)
Fixpoint reads_below (n : nat) (p : program) : Prop :=
  match p with
  | Input i => (i < n)%nat
  | Number _ => True
  | Plus p q | Minus p q | Times p q | Quotient p q => reads_below n p /\ reads_below n q
  | Exponential p | Logarithm p => reads_below n p
  end.

Definition values (x : nat -> dual) : nat -> R := fun i => value (x i).

Lemma run_dual_value p x : value (run_dual p x) = run p (values x).
Proof.
  induction p as [i|c|p IHp q IHq|p IHp q IHq|p IHp q IHq|p IHp q IHq|p IHp|p IHp]; simpl;
    try rewrite IHp; try rewrite IHq; reflexivity.
Qed.

Lemma run_ext p : forall x y, (forall i, x i = y i) -> run p x = run p y.
Proof.
  intros x y H. induction p as [i|c|p IHp q IHq|p IHp q IHq|p IHp q IHq|p IHp q IHq|p IHp|p IHp]; simpl;
    try rewrite IHp; try rewrite IHq; try reflexivity. apply H.
Qed.

(* On dual numbers a program computes its value and its derivative along the tangents. *)
Theorem dual_program p x : well_defined p (values x) ->
  value (run_dual p x) = run p (values x) /\
  is_derive (fun t => run p (fun i => value (x i) + t * tangent (x i))) 0 (tangent (run_dual p x)).
Proof.
  intros W. split; [apply run_dual_value|].
  assert (Z : forall q, run q (fun i => value (x i) + 0 * tangent (x i)) = run q (values x)).
  { intros q. apply run_ext. intros i. unfold values. ring. }
  induction p as [i|c|p IHp q IHq|p IHp q IHq|p IHp q IHq|p IHp q IHq|p IHp|p IHp]; simpl in W |- *.
  - auto_derive; [trivial|ring].
  - apply @is_derive_const.
  - destruct W as [Wp Wq]. exact (is_derive_plus _ _ 0 _ _ (IHp Wp) (IHq Wq)).
  - destruct W as [Wp Wq]. exact (is_derive_minus _ _ 0 _ _ (IHp Wp) (IHq Wq)).
  - destruct W as [Wp Wq]. pose proof (is_derive_mult _ _ 0 _ _ (IHp Wp) (IHq Wq) Rmult_comm) as D.
    cbv beta in D. rewrite !Z in D. rewrite !run_dual_value.
    replace (run p (values x) * tangent (run_dual q x) + tangent (run_dual p x) * run q (values x))
      with (plus (mult (tangent (run_dual p x)) (run q (values x))) (mult (run p (values x)) (tangent (run_dual q x)))).
    + exact D.
    + unfold plus, mult; simpl. ring.
  - destruct W as [Wp [Wq N]]. pose proof (is_derive_div _ _ 0 _ _ (IHp Wp) (IHq Wq)) as D.
    cbv beta in D. rewrite !Z in D. specialize (D N). rewrite !run_dual_value.
    replace ((tangent (run_dual p x) - run p (values x) / run q (values x) * tangent (run_dual q x)) / run q (values x))
      with ((tangent (run_dual p x) * run q (values x) - run p (values x) * tangent (run_dual q x)) / run q (values x) ^ 2).
    + exact D.
    + field. exact N.
  - pose proof (is_derive_comp exp _ 0 _ _ (is_derive_exp _) (IHp W)) as D.
    cbv beta in D. rewrite !Z in D. rewrite !run_dual_value.
    replace (exp (run p (values x)) * tangent (run_dual p x))
      with (scal (tangent (run_dual p x)) (exp (run p (values x)))).
    + exact D.
    + unfold scal; simpl; unfold mult; simpl. ring.
  - destruct W as [Wp N].
    assert (L : is_derive ln (run p (fun i => value (x i) + 0 * tangent (x i))) (/ run p (values x))).
    { rewrite Z. apply is_derive_ln. exact N. }
    pose proof (is_derive_comp ln _ 0 _ _ L (IHp Wp)) as D. cbv beta in D. rewrite !run_dual_value.
    exact D.
Qed.

(* The estimator *)

(* The value without the tangent: "cut off from differentiation". *)
Definition detached (a : dual) : dual := constant (value a).

(* (h - detached y) + y, as frameworks write it; h is a constant of 0 or 1. *)
Definition straight_through (h : R) (y : dual) : dual := dual_plus (dual_minus (constant h) (detached y)) y.

Theorem straight_through_is h y : straight_through h y = Dual h (tangent y).
Proof.
  unfold straight_through, detached, constant, dual_plus, dual_minus. simpl. f_equal; ring.
Qed.

(* The soft sample with noise g, run on dual numbers: logits o with the tangents w, noise and temperature constant. *)
Definition soft_sample (n : nat) (o w g : nat -> R) (tau : R) (i : nat) : dual :=
  let z := fun j => dual_quotient (dual_plus (Dual (o j) (w j)) (constant (g j))) (constant tau) in
  dual_quotient (dual_exp (z i)) (dual_sum n (fun j => dual_exp (z j))).

Lemma dual_sum_is n : forall a,
  dual_sum n a = Dual (sum n (fun i => value (a i))) (sum n (fun i => tangent (a i))).
Proof. induction n as [|n IH]; intros a; simpl; [reflexivity|]. rewrite IH. reflexivity. Qed.

Theorem soft_sample_is n o w g tau i : (0 < n)%nat -> 0 < tau ->
  let y := softmax n (scaled tau (scores o g)) in
  soft_sample n o w g tau i = Dual (y i) (y i * (w i - sum n (fun j => y j * w j)) / tau).
Proof.
  intros H T y. unfold soft_sample. rewrite dual_sum_is. unfold dual_quotient, dual_exp, dual_plus, constant. simpl.
  assert (E : sum n (fun j => exp ((o j + g j) / tau)) = partition n (scaled tau (scores o g))) by reflexivity.
  pose proof (partition_positive n (scaled tau (scores o g)) H) as Z.
  rewrite E. f_equal. unfold y.
  rewrite (sum_ext n (fun j => softmax n (scaled tau (scores o g)) j * w j)
    (fun j => tau / partition n (scaled tau (scores o g)) *
      (exp ((o j + g j) / tau) * ((w j + 0 - (o j + g j) / tau * 0) / tau)))).
  - rewrite sum_scal. change (softmax n (scaled tau (scores o g)) i)
      with (exp ((o i + g i) / tau) / partition n (scaled tau (scores o g))). field. lra.
  - intros j _. change (softmax n (scaled tau (scores o g)) j)
      with (exp ((o j + g j) / tau) / partition n (scaled tau (scores o g))). field. lra.
Qed.

(* Its tangent is the derivative of the soft sample with the noise held fixed. *)
Theorem soft_sample_tangent n o w g tau i : (0 < n)%nat -> 0 < tau ->
  is_derive (fun t => softmax n (scaled tau (scores (fun j => o j + t * w j) g)) i) 0
    (tangent (soft_sample n o w g tau i)).
Proof.
  intros H T. rewrite soft_sample_is by assumption. simpl.
  pose proof (softmax_directional n (scaled tau (scores o g)) (fun j => w j / tau) i H) as D.
  cbv beta in D.
  rewrite (sum_ext n _ (fun j => / tau * (softmax n (scaled tau (scores o g)) j * w j))) in D
    by (intros; field; lra).
  rewrite sum_scal in D.
  replace (softmax n (scaled tau (scores o g)) i *
    (w i - sum n (fun j => softmax n (scaled tau (scores o g)) j * w j)) / tau)
    with (softmax n (scaled tau (scores o g)) i *
    (w i / tau - / tau * sum n (fun j => softmax n (scaled tau (scores o g)) j * w j))) by (field; lra).
  apply (is_derive_ext (fun t => softmax n (fun j => scaled tau (scores o g) j + t * (w j / tau)) i)); [|exact D].
  intros t. unfold softmax. apply (f_equal2 Rdiv).
  - f_equal. unfold scaled, scores. field. lra.
  - apply sum_ext. intros j _. f_equal. unfold scaled, scores. field. lra.
Qed.

(* The tangent of a program is linear in the tangents of its inputs; its coefficients are the partial derivatives. *)
Definition partial_derivative (p : program) (x : nat -> R) (i : nat) : R :=
  tangent (run_dual p (fun j => Dual (x j) (kronecker j i))).

Theorem partial_derivative_is p x i : well_defined p x ->
  is_derive (fun y => run p (replace_at i y x)) (x i) (partial_derivative p x i).
Proof.
  intros W. destruct (dual_program p (fun j => Dual (x j) (kronecker j i)) W) as [_ D].
  simpl in D.
  assert (S0 : is_derive (fun y => y - x i) (x i) 1) by (auto_derive; [trivial|ring]).
  replace (0 : R) with (x i - x i) in D by ring.
  pose proof (is_derive_comp (fun t => run p (fun j => x j + t * kronecker j i)) (fun y => y - x i) (x i) _ _ D S0) as C.
  replace (partial_derivative p x i) with (scal (1 : R) (partial_derivative p x i)).
  - apply (is_derive_ext (fun y => run p (fun j => x j + (y - x i) * kronecker j i))); [|exact C].
    intros y. apply run_ext. intros j. unfold replace_at, kronecker. destruct (Nat.eqb_spec j i) as [->|]; ring.
  - unfold scal; simpl; unfold mult; simpl. ring.
Qed.

Lemma tangent_linear n p x s : reads_below n p -> well_defined p x ->
  tangent (run_dual p (fun i => Dual (x i) (s i))) = sum n (fun i => s i * partial_derivative p x i).
Proof.
  unfold partial_derivative. intros B W.
  assert (V : forall q t, value (run_dual q (fun i => Dual (x i) (t i))) = run q x).
  { intros q t. rewrite run_dual_value. apply run_ext. reflexivity. }
  induction p as [i|c|p IHp q IHq|p IHp q IHq|p IHp q IHq|p IHp q IHq|p IHp|p IHp]; simpl in B, W |- *.
  - rewrite (sum_single n _ i B).
    + unfold kronecker. rewrite Nat.eqb_refl. ring.
    + intros j _ N. unfold kronecker. destruct (Nat.eqb_spec i j) as [E|]; [congruence|ring].
  - symmetry. apply sum_zero. intros. ring.
  - rewrite IHp, IHq by tauto. rewrite <- sum_plus. apply sum_ext. intros. ring.
  - rewrite IHp, IHq by tauto. rewrite <- sum_minus. apply sum_ext. intros. ring.
  - rewrite !V, IHp, IHq by tauto. rewrite <- sum_scal, Rmult_comm, <- sum_scal, <- sum_plus. apply sum_ext.
    intros i _. rewrite !V. ring.
  - rewrite !V, IHp, IHq by tauto. rewrite <- sum_scal, <- sum_minus, <- sum_div. apply sum_ext.
    intros i _. rewrite !V. field. tauto.
  - rewrite !V, IHp by tauto. rewrite <- sum_scal. apply sum_ext. intros i _. rewrite !V. ring.
  - rewrite !V, IHp by tauto. rewrite <- sum_div. apply sum_ext. intros i _. rewrite !V. field. lra.
Qed.

(* Whatever program follows the estimator: it sees the hard sample h, and with v its partial derivatives at h, its
   derivative along the logit j is y_j (v_j - <y, v>) / tau, with y the soft sample of the same noise. *)
Theorem straight_through_gradient n p o g tau h j :
  (j < n)%nat -> 0 < tau -> reads_below n p -> well_defined p h ->
  let y := softmax n (scaled tau (scores o g)) in
  let v := partial_derivative p h in
  let result := run_dual p (fun i => straight_through (h i) (soft_sample n o (fun l => kronecker l j) g tau i)) in
  value result = run p h /\ tangent result = y j * (v j - sum n (fun i => y i * v i)) / tau.
Proof.
  intros Hj T B W y v result. assert (H : (0 < n)%nat) by lia. split.
  - unfold result. rewrite run_dual_value. apply run_ext. intros i. unfold values. now rewrite straight_through_is.
  - assert (E : result = run_dual p (fun i => Dual (h i) (y i * (kronecker i j - y j) / tau))).
    { unfold result. clear B W v result. 
      assert (K : forall i, straight_through (h i) (soft_sample n o (fun l => kronecker l j) g tau i)
        = Dual (h i) (y i * (kronecker i j - y j) / tau)).
      { intros i. rewrite straight_through_is, soft_sample_is by assumption. fold y. simpl. f_equal.
        rewrite (sum_single n _ j Hj).
        - replace (kronecker j j) with 1 by (unfold kronecker; now rewrite Nat.eqb_refl). rewrite Rmult_1_r. reflexivity.
        - intros l _ N. unfold kronecker. apply Nat.eqb_neq in N. rewrite N. ring. }
      induction p as [i|c|p IHp q IHq|p IHp q IHq|p IHp q IHq|p IHp q IHq|p IHp|p IHp]; simpl;
        try rewrite IHp; try rewrite IHq; try reflexivity. apply K. }
    rewrite E. rewrite (tangent_linear n p h (fun i => y i * (kronecker i j - y j) / tau) B W). fold v.
    rewrite (sum_ext n _ (fun i => kronecker i j * (y i * v i / tau) - y j / tau * (y i * v i)))
      by (intros; field; lra).
    rewrite sum_minus, sum_scal, (sum_single n (fun i => kronecker i j * (y i * v i / tau)) j Hj).
    + unfold kronecker. rewrite Nat.eqb_refl. field. lra.
    + intros l _ N. unfold kronecker. apply Nat.eqb_neq in N. rewrite N. ring.
Qed.

(* The derivative with respect to the temperature, noise and logits held fixed. *)
Theorem temperature_derivative n z tau i : (0 < n)%nat -> 0 < tau ->
  let y := softmax n (scaled tau z) in
  is_derive (fun t => softmax n (scaled t z) i) tau (y i * (sum n (fun j => y j * (z j / tau)) - z i / tau) / tau).
Proof.
  intros H T y.
  pose proof (softmax_directional n (scaled tau z) z i H) as D. fold y in D.
  assert (S0 : is_derive (fun t => / t - / tau) tau (- / tau ^ 2)) by (auto_derive; [lra|field; lra]).
  replace (0 : R) with (/ tau - / tau) in D by ring.
  pose proof (is_derive_comp (fun b => softmax n (fun j => scaled tau z j + b * z j) i) (fun t => / t - / tau) tau _ _ D S0)
    as C.
  replace (y i * (sum n (fun j => y j * (z j / tau)) - z i / tau) / tau)
    with (scal (- / tau ^ 2) (y i * (z i - sum n (fun j => y j * z j)))).
  - apply (is_derive_ext_loc (fun t => softmax n (fun j => scaled tau z j + (/ t - / tau) * z j) i)); [|exact C].
    exists (mkposreal tau T). intros t _. unfold softmax. apply (f_equal2 Rdiv).
    + f_equal. unfold scaled, Rdiv. ring.
    + apply sum_ext. intros j _. f_equal. unfold scaled, Rdiv. ring.
  - unfold scal; simpl; unfold mult; simpl.
    rewrite (sum_ext n (fun j => y j * (z j / tau)) (fun j => / tau * (y j * z j))) by (intros; field; lra).
    rewrite sum_scal. field. lra.
Qed.
