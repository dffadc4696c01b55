(* The k largest of logits plus noise, in order, are draws without replacement (Plackett-Luce).

   Classes are numbered by the rank that the event gives them: class 0 comes first, class 1 second, ..., class r - 1
   last among those that are ranked. Any order of any r classes is of this form once the logits are listed in it. The
   noise of the first is integrated last; that every order of integration gives the same is Tonelli's theorem. *)

From Coq Require Import Reals Lra Lia.
From Coquelicot Require Import Coquelicot.
From Gumbelcheck Require Import Sums Integrals Gumbel Softmax GumbelMax.
Open Scope R_scope.

(* Each of the first r classes has a score at least as large as that of every class after it. *)
Definition ranked (n r : nat) (z : nat -> R) : Prop := forall i j, (i < r)%nat -> (i < j < n)%nat -> z j <= z i.

(* The product over the ranked classes of exp(o_j) over the sum of exp(o_i) over those that are left. *)
Fixpoint plackett_luce (n r : nat) (o : nat -> R) : R :=
  match n, r with
  | S m, S q => softmax (S m) o 0 * plackett_luce m q (tail o)
  | _, _ => 1
  end.

Lemma product_form n o x : (0 < n)%nat -> product n (fun i => gumbel_cdf (x - o i)) = exp (- (partition n o * exp (- x))).
Proof.
  intros _. unfold gumbel_cdf. rewrite product_exp, sum_opp. do 2 f_equal.
  rewrite (sum_ext n _ (fun i => exp (- x) * exp (o i))) by (intros; rewrite <- exp_plus; f_equal; ring).
  rewrite sum_scal. unfold partition. ring.
Qed.

(* With all scores at most x in addition. *)
Lemma ranked_below n : forall r o x, (r <= n)%nat ->
  is_iterated_integral n
    (fun g => noise_density n g * indicator (ranked n r (scores o g) /\ forall i, (i < n)%nat -> scores o g i <= x))
    (plackett_luce n r o * exp (- (partition n o * exp (- x)))).
Proof.
  induction n as [|n IH]; intros r o x Hr.
  - intros g. unfold noise_density, partition. simpl. rewrite Rmult_0_l, Ropp_0, exp_0.
    rewrite indicator_true; [ring|]. split; [intros i j Hi Hj; lia|intros i Hi; lia].
  - destruct r as [|r].
    + (* Nothing is ranked: independent noise. *)
      apply (iterated_integral_ext (S n) (fun g => product (S n) (fun i => gumbel_density (g i) * indicator (g i <= x - o i)))).
      * intros g. rewrite product_mult, <- indicator_forall. unfold noise_density. f_equal. apply indicator_iff.
        unfold scores. split.
        { intros H. split; [intros i j Hi; lia|]. intros i Hi. specialize (H i Hi). lra. }
        { intros [_ H] i Hi. specialize (H i Hi). lra. }
      * simpl plackett_luce. rewrite Rmult_1_l, <- product_form by lia.
        apply (iterated_integral_product (S n) (fun i y => gumbel_density y * indicator (y <= x - o i))
          (fun i => gumbel_cdf (x - o i))).
        intros i _. apply probability_below.
    + set (a := exp (o 0%nat)). set (Y := partition n (tail o)). set (C := plackett_luce n r (tail o)).
      assert (Pa : 0 < a) by apply exp_pos. assert (PY : 0 <= Y) by apply partition_nonnegative.
      set (c := a * exp (- x)). assert (Pc : 0 < c) by (apply Rmult_lt_0_compat; [assumption|apply exp_pos]).
      apply (iterated_integral_step n _ (fun y => gumbel_density y * (indicator (c <= exp (- y)) * (C *
        exp (- (Y * (exp (- y) / a))))))).
      * intros y.
        apply (iterated_integral_ext n (fun g => gumbel_density y * indicator (c <= exp (- y)) * (noise_density n g *
          indicator (ranked n r (scores (tail o) g) /\ forall i, (i < n)%nat -> scores (tail o) g i <= o 0%nat + y)))).
        { intros g. rewrite noise_density_prepend.
          rewrite (indicator_iff (ranked (S n) (S r) (scores o (prepend y g)) /\
            forall i, (i < S n)%nat -> scores o (prepend y g) i <= x) (c <= exp (- y) /\
            (ranked n r (scores (tail o) g) /\ forall i, (i < n)%nat -> scores (tail o) g i <= o 0%nat + y))).
          { rewrite !indicator_and. ring. }
          assert (Q : c <= exp (- y) <-> o 0%nat + y <= x).
          { unfold c, a. rewrite <- exp_plus. split; intros H.
            - destruct (Rle_lt_dec (o 0%nat + y) x) as [|L]; [assumption|].
              assert (exp (- y) < exp (o 0%nat + - x)) by (apply exp_increasing; lra). lra.
            - destruct H as [H|H]; [left; apply exp_increasing; lra|right; f_equal; lra]. }
          rewrite Q. split.
          - intros [H1 H2]. split; [exact (H2 0%nat ltac:(lia))|]. split.
            + intros i j Hi Hj. exact (H1 (S i) (S j) ltac:(lia) ltac:(lia)).
            + intros i Hi. exact (H1 0%nat (S i) ltac:(lia) ltac:(lia)).
          - intros [H0 [H1 H2]]. split.
            + intros [|i] [|j] Hi Hj; try lia.
              * exact (H2 j ltac:(lia)).
              * exact (H1 i j ltac:(lia) ltac:(lia)).
            + intros [|i] Hi; [exact H0|]. specialize (H2 i ltac:(lia)).
              change (scores o (prepend y g) (S i)) with (scores (tail o) g i). lra. }
        { rewrite <- Rmult_assoc. apply iterated_integral_scal.
          replace (exp (- y) / a) with (exp (- (o 0%nat + y))).
          - apply IH. lia.
          - unfold a, Rdiv. rewrite <- exp_Ropp, <- exp_plus. f_equal. ring. }
      * change (noise_integral (fun w => indicator (c <= w) * (C * exp (- (Y * (w / a)))))
          (plackett_luce (S n) (S r) o * exp (- (partition (S n) o * exp (- x))))).
        set (Psi := fun w => - (a / (a + Y) * C) * exp (- ((a + Y) / a * w))).
        replace (plackett_luce (S n) (S r) o * exp (- (partition (S n) o * exp (- x)))) with ((0 - Psi c) + (0 - 0)).
        { apply (noise_two_pieces _ (fun _ => 0) (fun _ => 0) Psi (fun w => C * exp (- ((a + Y) / a * w)))); [lra| | | | |].
          - apply antiderivative_zero.
          - intros w Hw. rewrite indicator_false by lra. ring.
          - intros w _. split; [unfold Psi; auto_derive; [trivial|field; lra]|]. smooth.
          - intros w Hw. rewrite indicator_true by lra.
            replace (- ((a + Y) / a * w)) with (- w + - (Y * (w / a))) by (field; lra). rewrite exp_plus. ring.
          - apply lim_exponential. apply Rdiv_lt_0_compat; lra. }
        { unfold Psi. change (plackett_luce (S n) (S r) o) with (softmax (S n) o 0 * C). unfold softmax.
          rewrite partition_first. fold a. fold Y.
          replace ((a + Y) / a * c) with ((a + Y) * exp (- x)) by (unfold c; field; lra). field. lra. }
Qed.

(* P(the r largest are 0, ..., r - 1, in this order) = Plackett-Luce. *)
Theorem gumbel_top_k n r o : (r <= n)%nat ->
  is_iterated_integral n (fun g => noise_density n g * indicator (ranked n r (scores o g))) (plackett_luce n r o).
Proof.
  intros Hr. destruct n as [|n].
  - intros g. unfold noise_density. simpl. rewrite indicator_true; [ring|]. intros i j Hi Hj. lia.
  - destruct r as [|r].
    + apply (iterated_integral_ext (S n) (noise_density (S n))).
      * intros g. rewrite indicator_true; [ring|]. intros i j Hi. lia.
      * apply noise_mass.
    + set (a := exp (o 0%nat)). set (Y := partition n (tail o)). set (C := plackett_luce n r (tail o)).
      assert (Pa : 0 < a) by apply exp_pos. assert (PY : 0 <= Y) by apply partition_nonnegative.
      apply (iterated_integral_step n _ (fun y => gumbel_density y * (C * exp (- (Y * (exp (- y) / a)))))).
      * intros y.
        apply (iterated_integral_ext n (fun g => gumbel_density y * (noise_density n g *
          indicator (ranked n r (scores (tail o) g) /\ forall i, (i < n)%nat -> scores (tail o) g i <= o 0%nat + y)))).
        { intros g. rewrite noise_density_prepend, Rmult_assoc. do 2 f_equal. apply indicator_iff. split.
          - intros [H1 H2] [|i] [|j] Hi Hj; try lia.
            + exact (H2 j ltac:(lia)).
            + exact (H1 i j ltac:(lia) ltac:(lia)).
          - intros H. split.
            + intros i j Hi Hj. exact (H (S i) (S j) ltac:(lia) ltac:(lia)).
            + intros i Hi. exact (H 0%nat (S i) ltac:(lia) ltac:(lia)). }
        { apply iterated_integral_scal. replace (exp (- y) / a) with (exp (- (o 0%nat + y))).
          - apply ranked_below. lia.
          - unfold a, Rdiv. rewrite <- exp_Ropp, <- exp_plus. f_equal. ring. }
      * change (noise_integral (fun w => C * exp (- (Y * (w / a)))) (plackett_luce (S n) (S r) o)).
        set (Phi := fun w => - (a / (a + Y) * C) * exp (- ((a + Y) / a * w))).
        replace (plackett_luce (S n) (S r) o) with (0 - Phi 0).
        { apply (noise_one_piece _ Phi (fun w => C * exp (- ((a + Y) / a * w)))).
          - intros w _. split; [unfold Phi; auto_derive; [trivial|field; lra]|]. smooth.
          - intros w _. replace (- ((a + Y) / a * w)) with (- w + - (Y * (w / a))) by (field; lra). rewrite exp_plus. ring.
          - apply lim_exponential. apply Rdiv_lt_0_compat; lra. }
        { unfold Phi. change (plackett_luce (S n) (S r) o) with (softmax (S n) o 0 * C). unfold softmax.
          rewrite partition_first. fold a. fold Y. rewrite Rmult_0_r, Ropp_0, exp_0. field. lra. }
Qed.
