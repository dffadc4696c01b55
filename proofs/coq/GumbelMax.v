(* Gumbel-max: the index of the largest of logits plus Gumbel noise follows softmax.

   This is the claim that most checks rest on. It is proved as an n-fold integral over the noise, in the order of the
   classes, and the form with one integral over a product of distribution functions, from which most texts start, is a
   theorem of its own. The lemma `race` is the whole story at once: T_i = exp(-(o_i + g_i)) is exponential with rate
   exp(o_i), the index is the winner of the race, and the winner, its time and the delays of all others are
   independent. *)

From Coq Require Import Reals Lra Lia.
From Coq Require ClassicalDedekindReals.
From Coquelicot Require Import Coquelicot.
From Gumbelcheck Require Import Sums Integrals Gumbel Softmax.
Open Scope R_scope.

(* The joint density of n independent standard Gumbel variables. *)
Definition noise_density (n : nat) (g : nat -> R) : R := product n (fun i => gumbel_density (g i)).

(* Logits plus noise. *)
Definition scores (o g : nat -> R) : nat -> R := fun i => o i + g i.

(* The arrival time of runner i. *)
Definition arrival (o g : nat -> R) (i : nat) : R := exp (- scores o g i).

Lemma noise_density_prepend n x g :
  noise_density (S n) (prepend x g) = gumbel_density x * noise_density n g.
Proof. reflexivity. Qed.

Lemma arrival_prepend_first o x g : arrival o (prepend x g) 0 = exp (- x) / exp (o 0%nat).
Proof.
  unfold arrival, scores, prepend. replace (- (o 0%nat + x)) with (- x + - o 0%nat) by ring.
  rewrite exp_plus. unfold Rdiv. now rewrite (exp_Ropp (o 0%nat)).
Qed.

Lemma arrival_prepend_rest o x g i : arrival o (prepend x g) (S i) = arrival (tail o) g i.
Proof. reflexivity. Qed.

Lemma arrival_rate o g i : exp (o i) * arrival o g i = exp (- g i).
Proof. unfold arrival, scores. rewrite <- exp_plus. f_equal. ring. Qed.

Lemma partition_first n o : partition (S n) o = exp (o 0%nat) + partition n (tail o).
Proof. reflexivity. Qed.

(* The larger score arrives earlier. *)
Lemma score_le_iff o g i k : scores o g i <= scores o g k <-> 0 <= exp (o i) * (arrival o g i - arrival o g k).
Proof.
  unfold arrival. pose proof (exp_pos (o i)) as P. split; intros H.
  - apply Rmult_le_pos; [lra|]. destruct H as [H|H].
    + apply Ropp_lt_contravar, exp_increasing in H. lra.
    + rewrite H. lra.
  - destruct (Rle_lt_dec (scores o g i) (scores o g k)) as [|L]; [assumption|].
    apply Ropp_lt_contravar, exp_increasing in L.
    assert (exp (o i) * (exp (- scores o g i) - exp (- scores o g k)) < 0); [|lra].
    apply mult_pos_neg; lra.
Qed.

(* P(exponential >= c) = exp(-c). *)
Lemma exponential_above c : 0 <= c -> noise_integral (fun w => indicator (c <= w)) (exp (- c)).
Proof.
  intros Hc. replace (exp (- c)) with ((0 - - exp (- c)) + (0 - 0)) by ring.
  apply (noise_two_pieces _ (fun _ => 0) (fun _ => 0) (fun w => - exp (- w)) (fun w => exp (- w))); [assumption| | | | |].
  - apply antiderivative_zero.
  - intros w Hw. rewrite indicator_false by lra. ring.
  - intros w _. split; [auto_derive; [trivial|ring]|].
    apply (ex_derive_continuous (fun w => exp (- w))). auto_derive. trivial.
  - intros w Hw. rewrite indicator_true by lra. ring.
  - apply (is_lim_ext (fun w => -1 * exp (- (1 * w)))); [intros w; rewrite Rmult_1_l; ring|].
    apply lim_exponential. lra.
Qed.

(* Runners who all arrive later than c_i (on the clock of each, whose rate is 1). *)
Lemma all_above n (c : nat -> R) : (forall i, (i < n)%nat -> 0 <= c i) ->
  is_iterated_integral n (fun g => noise_density n g * indicator (forall i, (i < n)%nat -> c i <= exp (- g i)))
    (exp (- sum n c)).
Proof.
  intros Hc. rewrite <- sum_opp, <- product_exp.
  apply (iterated_integral_ext n (fun g => product n (fun i => gumbel_density (g i) * indicator (c i <= exp (- g i))))).
  - intros g. rewrite product_mult, indicator_forall. reflexivity.
  - apply (iterated_integral_product n (fun i x => gumbel_density x * indicator (c i <= exp (- x)))).
    intros i Hi. apply (exponential_above (c i)). now apply Hc.
Qed.

(* Winner k arrives by time t, and every other runner i at least s_i / exp(o_i) later. *)
Definition race_event (n : nat) (o s g : nat -> R) (k : nat) (t : R) : Prop :=
  (forall i, (i < n)%nat -> s i <= exp (o i) * (arrival o g i - arrival o g k)) /\ arrival o g k <= t.

Lemma race_first n o s t :
  0 <= t -> (forall i, (i < S n)%nat -> 0 <= s i) -> s 0%nat = 0 ->
  is_iterated_integral (S n) (fun g => noise_density (S n) g * indicator (race_event (S n) o s g 0 t))
    (softmax (S n) o 0 * (1 - exp (- (partition (S n) o * t))) * exp (- sum (S n) s)).
Proof.
  intros Ht Hs Hk. set (a := exp (o 0%nat)). set (Y := partition n (tail o)).
  assert (Pa : 0 < a) by apply exp_pos. assert (PY : 0 <= Y) by apply partition_nonnegative.
  assert (PZ : 0 < a + Y) by lra. set (E := exp (- sum n (tail s))).
  apply (iterated_integral_step n _
    (fun x => gumbel_density x * (indicator (exp (- x) <= a * t) * (E * exp (- (Y * (exp (- x) / a))))))).
  - intros x. set (T := exp (- x) / a).
    assert (PT : 0 < T) by (apply Rdiv_lt_0_compat; [apply exp_pos|assumption]).
    rewrite <- Rmult_assoc.
    replace (E * exp (- (Y * T))) with (exp (- sum n (fun i => tail s i + exp (tail o i) * T))).
    + apply (iterated_integral_ext n (fun g => gumbel_density x * indicator (exp (- x) <= a * t) *
        (noise_density n g * indicator (forall i, (i < n)%nat -> tail s i + exp (tail o i) * T <= exp (- g i))))).
      * intros g. rewrite noise_density_prepend.
        rewrite (indicator_iff (race_event (S n) o s (prepend x g) 0 t)
          (exp (- x) <= a * t /\ forall i, (i < n)%nat -> tail s i + exp (tail o i) * T <= exp (- g i))).
        { rewrite indicator_and. ring. }
        unfold race_event. rewrite arrival_prepend_first. fold a. fold T.
        assert (Q : T <= t <-> exp (- x) <= a * t).
        { unfold T. split; intros H.
          - apply (Rmult_le_compat_l a) in H; [|lra]. replace (a * (exp (- x) / a)) with (exp (- x)) in H by (field; lra).
            exact H.
          - apply (Rmult_le_reg_l a); [assumption|]. replace (a * (exp (- x) / a)) with (exp (- x)) by (field; lra).
            exact H. }
        rewrite Q. split.
        { intros [H1 H2]. split; [assumption|]. intros i Hi. specialize (H1 (S i) ltac:(lia)).
          rewrite arrival_prepend_rest in H1. rewrite <- (arrival_rate (tail o) g i). unfold tail in *. lra. }
        { intros [H1 H2]. split; [|assumption]. intros [|i] Hi.
          - rewrite Hk, arrival_prepend_first. fold a. fold T. lra.
          - rewrite arrival_prepend_rest. specialize (H2 i ltac:(lia)). rewrite <- (arrival_rate (tail o) g i) in H2.
            unfold tail in *. lra. }
      * apply iterated_integral_scal. apply (all_above n (fun i => tail s i + exp (tail o i) * T)).
        intros i Hi. assert (0 <= tail s i) by (apply Hs; lia).
        assert (0 < exp (tail o i) * T) by (apply Rmult_lt_0_compat; [apply exp_pos|assumption]). lra.
    + unfold E. rewrite <- exp_plus. f_equal. rewrite sum_plus.
      rewrite (sum_ext n (fun i => exp (tail o i) * T) (fun i => T * exp (tail o i))) by (intros; ring).
      rewrite sum_scal. change (sum n (fun i => exp (tail o i))) with Y. ring.
  - change (noise_integral (fun w => indicator (w <= a * t) * (E * exp (- (Y * (w / a)))))
      (softmax (S n) o 0 * (1 - exp (- (partition (S n) o * t))) * exp (- sum (S n) s))).
    assert (Pat : 0 <= a * t) by (apply Rmult_le_pos; lra).
    set (Phi := fun w => - (a / (a + Y) * E) * exp (- ((a + Y) / a * w))).
    replace (softmax (S n) o 0 * (1 - exp (- (partition (S n) o * t))) * exp (- sum (S n) s))
      with ((0 - 0) + (Phi (a * t) - Phi 0)).
    + apply (noise_two_pieces _ Phi (fun w => E * exp (- ((a + Y) / a * w))) (fun _ => 0) (fun _ => 0));
        [assumption| | | | |].
      * intros w _. split; [unfold Phi; auto_derive; [trivial|field; lra]|]. smooth.
      * intros w Hw. rewrite indicator_true by lra.
        replace (- ((a + Y) / a * w)) with (- w + - (Y * (w / a))) by (field; lra). rewrite exp_plus. ring.
      * apply antiderivative_zero.
      * intros w Hw. rewrite indicator_false by lra. ring.
      * apply is_lim_const.
    + unfold Phi, softmax. rewrite partition_first. fold a. fold Y.
      change (sum (S n) s) with (s 0%nat + sum n (tail s)). rewrite Hk, Rplus_0_l. fold E.
      replace ((a + Y) / a * (a * t)) with ((a + Y) * t) by (field; lra).
      rewrite Rmult_0_r, Ropp_0, exp_0. field. lra.
Qed.

Theorem race n : forall o s t k,
  (k < n)%nat -> 0 <= t -> (forall i, (i < n)%nat -> 0 <= s i) -> s k = 0 ->
  is_iterated_integral n (fun g => noise_density n g * indicator (race_event n o s g k t))
    (softmax n o k * (1 - exp (- (partition n o * t))) * exp (- sum n s)).
Proof.
  induction n as [|n IH]; intros o s t k Hkn Ht Hs Hk; [lia|].
  destruct k as [|k]; [now apply race_first|].
  set (a := exp (o 0%nat)). set (Y := partition n (tail o)).
  assert (Pa : 0 < a) by apply exp_pos. assert (PY : 0 < Y) by (apply partition_positive; lia).
  set (C := softmax n (tail o) k * exp (- sum n (tail s))). set (c := s 0%nat).
  assert (Pc : 0 <= c) by (apply Hs; lia).
  set (upto := fun u => if Rle_dec 0 u then C * (1 - exp (- (Y * u))) else 0).
  set (time := fun w => Rmin t ((w - c) / a)).
  apply (iterated_integral_step n _ (fun x => gumbel_density x * upto (time (exp (- x))))).
  - intros x. set (w := exp (- x)).
    apply (iterated_integral_ext n (fun g => gumbel_density x *
      (noise_density n g * indicator (race_event n (tail o) (tail s) g k (time w))))).
    + intros g. rewrite noise_density_prepend, Rmult_assoc. do 2 f_equal. apply indicator_iff.
      unfold race_event. rewrite arrival_prepend_rest.
      assert (Q : arrival (tail o) g k <= time w <->
        arrival (tail o) g k <= t /\ c <= a * (w / a - arrival (tail o) g k)).
      { unfold time. replace (a * (w / a - arrival (tail o) g k)) with (w - a * arrival (tail o) g k) by (field; lra).
        split.
        - intros H. pose proof (Rmin_l t ((w - c) / a)). pose proof (Rmin_r t ((w - c) / a)). split; [lra|].
          assert (K : arrival (tail o) g k <= (w - c) / a) by lra.
          apply (Rmult_le_compat_l a) in K; [|lra]. replace (a * ((w - c) / a)) with (w - c) in K by (field; lra). lra.
        - intros [H1 H2]. apply Rmin_glb; [assumption|]. apply (Rmult_le_reg_l a); [assumption|].
          replace (a * ((w - c) / a)) with (w - c) by (field; lra). lra. }
      rewrite Q. split.
      * intros [H1 [H2 H3]]. split; [|assumption]. intros [|i] Hi.
        { rewrite arrival_prepend_first. exact H3. }
        { rewrite arrival_prepend_rest. apply H1. lia. }
      * intros [H1 H2]. split; [|split; [assumption|]].
        { intros i Hi. exact (H1 (S i) ltac:(lia)). }
        { specialize (H1 0%nat ltac:(lia)). rewrite arrival_prepend_first in H1. exact H1. }
    + apply iterated_integral_scal. unfold upto. destruct (Rle_dec 0 (time w)) as [L|L].
      * replace (C * (1 - exp (- (Y * time w))))
          with (softmax n (tail o) k * (1 - exp (- (partition n (tail o) * time w))) * exp (- sum n (tail s)))
          by (unfold C, Y; ring).
        apply IH; [lia|assumption| |assumption]. intros i Hi. apply Hs. lia.
      * apply iterated_integral_zero. intros g. rewrite indicator_false; [ring|].
        intros [_ H]. apply L. assert (0 < arrival (tail o) g k) by apply exp_pos. lra.
  - change (noise_integral (fun w => upto (time w))
      (softmax (S n) o (S k) * (1 - exp (- (partition (S n) o * t))) * exp (- sum (S n) s))).
    set (b := c + a * t). assert (Pat : 0 <= a * t) by (apply Rmult_le_pos; lra).
    set (Chi := fun w => C * (- exp (- w) + a / (a + Y) * exp (Y * c / a) * exp (- ((a + Y) / a * w)))).
    set (dChi := fun w => C * (exp (- w) - exp (Y * c / a) * exp (- ((a + Y) / a * w)))).
    set (Psi := fun w => - (C * (1 - exp (- (Y * t)))) * exp (- w)).
    set (dPsi := fun w => C * (1 - exp (- (Y * t))) * exp (- w)).
    assert (early : forall w, w < c -> upto (time w) = 0).
    { intros w Hw. unfold upto. destruct (Rle_dec 0 (time w)) as [L|]; [|reflexivity]. exfalso.
      unfold time in L. pose proof (Rmin_r t ((w - c) / a)).
      assert ((w - c) / a < 0); [|lra]. unfold Rdiv. apply mult_neg_pos; [lra|now apply Rinv_0_lt_compat]. }
    assert (middle : forall w, c < w < b -> upto (time w) = C * (1 - exp (- (Y * ((w - c) / a))))).
    { intros w Hw.
      assert (K : time w = (w - c) / a).
      { unfold time. apply Rmin_right. apply (Rmult_le_reg_l a); [assumption|].
        replace (a * ((w - c) / a)) with (w - c) by (field; lra). unfold b in Hw. lra. }
      unfold upto. rewrite K. destruct (Rle_dec 0 ((w - c) / a)) as [|L]; [reflexivity|]. exfalso. apply L.
      apply Rdiv_le_0_compat; lra. }
    assert (late : forall w, b < w -> upto (time w) = C * (1 - exp (- (Y * t)))).
    { intros w Hw.
      assert (K : time w = t).
      { unfold time. apply Rmin_left. apply (Rmult_le_reg_l a); [assumption|].
        replace (a * ((w - c) / a)) with (w - c) by (field; lra). unfold b in Hw. lra. }
      unfold upto. rewrite K. destruct (Rle_dec 0 t) as [|L]; [reflexivity|contradiction]. }
    replace (softmax (S n) o (S k) * (1 - exp (- (partition (S n) o * t))) * exp (- sum (S n) s))
      with ((0 - Psi b) + (Chi b - Chi c) + (0 - 0)).
    + apply (noise_three_pieces _ (fun _ => 0) (fun _ => 0) Chi dChi Psi dPsi); [unfold b; lra| | | | | | |].
      * apply antiderivative_zero.
      * intros w Hw. rewrite early by lra. ring.
      * intros w _. split; [unfold Chi, dChi; auto_derive; [trivial|field; lra]|]. unfold dChi. smooth.
      * intros w Hw. rewrite middle by assumption. unfold dChi.
        replace (exp (Y * c / a) * exp (- ((a + Y) / a * w))) with (exp (- w) * exp (- (Y * ((w - c) / a)))); [ring|].
        rewrite <- !exp_plus. f_equal. field. lra.
      * intros w _. split; [unfold Psi, dPsi; auto_derive; [trivial|ring]|]. unfold dPsi. smooth.
      * intros w Hw. rewrite late by assumption. unfold dPsi. ring.
      * apply (is_lim_ext (fun w => - (C * (1 - exp (- (Y * t)))) * exp (- (1 * w)))).
        { intros w. unfold Psi. now rewrite Rmult_1_l. }
        { apply lim_exponential. lra. }
    + change (softmax (S n) o (S k)) with (exp (tail o k) / partition (S n) o).
      unfold Psi, Chi, C, softmax. rewrite partition_first. fold a. fold Y.
      change (sum (S n) s) with (c + sum n (tail s)).
      replace (exp (- (c + sum n (tail s)))) with (exp (- c) * exp (- sum n (tail s)))
        by (rewrite <- exp_plus; f_equal; ring).
      replace (exp (- ((a + Y) * t))) with (exp (- (a * t)) * exp (- (Y * t))) by (rewrite <- exp_plus; f_equal; ring).
      replace (exp (- b)) with (exp (- c) * exp (- (a * t))) by (unfold b; rewrite <- exp_plus; f_equal; ring).
      replace (a / (a + Y) * exp (Y * c / a) * exp (- ((a + Y) / a * b)))
        with (a / (a + Y) * (exp (- c) * exp (- (a * t)) * exp (- (Y * t)))).
      2: { rewrite (Rmult_assoc (a / (a + Y))). f_equal. rewrite <- !exp_plus. f_equal. unfold b. field. lra. }
      replace (a / (a + Y) * exp (Y * c / a) * exp (- ((a + Y) / a * c))) with (a / (a + Y) * exp (- c)).
      2: { rewrite (Rmult_assoc (a / (a + Y))). f_equal. rewrite <- !exp_plus. f_equal. field. lra. }
      field. lra.
Qed.

(* The headline: P(k is an argmax of o + g) = softmax(o)_k. Since this includes ties, and the n probabilities add up
   to 1, ties have probability 0. *)

(* The product form: the integral of f(g) times the product over i <> k of F(g + o_k - o_i). *)
Theorem gumbel_max_product_form n o k : (k < n)%nat ->
  is_integral (fun g => gumbel_density g *
    product n (fun i => if Nat.eqb i k then 1 else gumbel_cdf (g + o k - o i))) (softmax n o k).
Proof.
  intros Hk. set (a := exp (o k)). set (Z := partition n o).
  assert (Pa : 0 < a) by apply exp_pos. assert (PZ : 0 < Z) by (apply partition_positive; lia).
  set (Y := sum n (fun i => if Nat.eqb i k then 0 else exp (o i))).
  assert (ZY : Z = a + Y).
  { unfold Z, Y, a, partition.
    assert (D : sum n (fun i => exp (o i) - (if Nat.eqb i k then 0 else exp (o i))) = exp (o k)).
    { rewrite (sum_single n _ k Hk).
      - rewrite Nat.eqb_refl. ring.
      - intros i _ N. apply Nat.eqb_neq in N. rewrite N. ring. }
    rewrite sum_minus in D. lra. }
  apply (integral_ext (fun g => gumbel_density g * exp (- (Y / a * exp (- g))))).
  - intros g. f_equal.
    rewrite (product_ext n _ (fun i => exp (- (exp (- g) / a) * (if Nat.eqb i k then 0 else exp (o i))))).
    + rewrite product_exp, sum_scal. fold Y. f_equal. field. lra.
    + intros i _. destruct (Nat.eqb i k); [rewrite Rmult_0_r, exp_0; reflexivity|].
      replace (- (exp (- g) / a) * exp (o i)) with (- (exp (- g) * exp (- o k) * exp (o i)))
        by (unfold a, Rdiv; rewrite (exp_Ropp (o k)); ring).
      unfold gumbel_cdf. rewrite <- !exp_plus. do 3 f_equal. ring.
  - change (noise_integral (fun w => exp (- (Y / a * w))) (softmax n o k)).
    set (Phi := fun w => - (a / Z) * exp (- (Z / a * w))).
    replace (softmax n o k) with (0 - Phi 0).
    + apply (noise_one_piece _ Phi (fun w => exp (- (Z / a * w)))).
      * intros w _. split; [unfold Phi; auto_derive; [trivial|field; lra]|]. smooth.
      * intros w _. rewrite <- exp_plus. f_equal. rewrite ZY. field. lra.
      * unfold Phi. apply lim_exponential. now apply Rdiv_lt_0_compat.
    + unfold Phi, softmax. fold a. fold Z. rewrite Rmult_0_r, Ropp_0, exp_0. field. lra.
Qed.

Theorem gumbel_max n o k : (k < n)%nat ->
  is_iterated_integral n (fun g => noise_density n g * indicator (is_argmax n (scores o g) k)) (softmax n o k).
Proof.
  intros Hk. destruct n as [|n]; [lia|]. destruct k as [|k].
  - set (a := exp (o 0%nat)). set (Y := partition n (tail o)).
    apply (iterated_integral_step n _ (fun x => gumbel_density x *
      product (S n) (fun i => if Nat.eqb i 0 then 1 else gumbel_cdf (x + o 0%nat - o i)))).
    + intros x. simpl product. rewrite Rmult_1_l.
      apply (iterated_integral_ext n (fun g => gumbel_density x *
        product n (fun i => gumbel_density (g i) * indicator (g i <= x + o 0%nat - o (S i))))).
      * intros g. rewrite noise_density_prepend, product_mult, <- indicator_forall, Rmult_assoc. do 2 f_equal.
        apply indicator_iff. unfold is_argmax, scores. split.
        { intros H [|i] Hi; simpl; [lra|]. specialize (H i ltac:(lia)). lra. }
        { intros H i Hi. specialize (H (S i) ltac:(lia)). simpl in H. lra. }
      * apply iterated_integral_scal.
        apply (iterated_integral_product n (fun i y => gumbel_density y * indicator (y <= x + o 0%nat - o (S i)))
          (fun i => gumbel_cdf (x + o 0%nat - o (S i)))).
        intros i _. apply probability_below.
    + apply gumbel_max_product_form. lia.
  - set (a := exp (o 0%nat)). set (Y := partition n (tail o)).
    assert (Pa : 0 < a) by apply exp_pos. assert (PY : 0 < Y) by (apply partition_positive; lia).
    set (C := softmax n (tail o) k).
    apply (iterated_integral_step n _ (fun x => gumbel_density x * (C * (1 - exp (- (Y * (exp (- x) / a))))))).
    + intros x.
      apply (iterated_integral_ext n (fun g => gumbel_density x *
        (noise_density n g * indicator (race_event n (tail o) (fun _ => 0) g k (exp (- x) / a))))).
      * intros g. rewrite noise_density_prepend, Rmult_assoc. do 2 f_equal. apply indicator_iff.
        unfold is_argmax, race_event. split.
        { intros [H1 H2] [|i] Hi.
          - apply score_le_iff. rewrite arrival_prepend_first, arrival_prepend_rest. fold a.
            apply Rmult_le_pos; lra.
          - change (scores (tail o) g i <= scores (tail o) g k). apply score_le_iff. apply H1. lia. }
        { intros H. split.
          - intros i Hi. apply score_le_iff. exact (H (S i) ltac:(lia)).
          - specialize (H 0%nat ltac:(lia)). apply score_le_iff in H.
            rewrite arrival_prepend_first, arrival_prepend_rest in H. fold a in H.
            destruct (Rle_lt_dec (arrival (tail o) g k) (exp (- x) / a)) as [|L]; [assumption|].
            assert (a * (exp (- x) / a - arrival (tail o) g k) < 0); [|lra]. apply mult_pos_neg; lra. }
      * apply iterated_integral_scal.
        replace (C * (1 - exp (- (Y * (exp (- x) / a))))) with
          (softmax n (tail o) k * (1 - exp (- (partition n (tail o) * (exp (- x) / a)))) * exp (- sum n (fun _ => 0))).
        { apply race; [lia| |intros; lra|reflexivity]. left. apply Rdiv_lt_0_compat; [apply exp_pos|assumption]. }
        { rewrite sum_constant, Rmult_0_r, Ropp_0, exp_0. unfold C, Y. ring. }
    + change (noise_integral (fun w => C * (1 - exp (- (Y * (w / a))))) (softmax (S n) o (S k))).
      set (Phi := fun w => C * (- exp (- w) + a / (a + Y) * exp (- ((a + Y) / a * w)))).
      replace (softmax (S n) o (S k)) with (0 - Phi 0).
      * apply (noise_one_piece _ Phi (fun w => C * (exp (- w) - exp (- ((a + Y) / a * w))))).
        { intros w _. split; [unfold Phi; auto_derive; [trivial|field; lra]|]. smooth. }
        { intros w _. replace (- ((a + Y) / a * w)) with (- w + - (Y * (w / a))) by (field; lra).
          rewrite exp_plus. ring. }
        { apply (is_lim_ext (fun w => - C * exp (- (1 * w)) + C * (a / (a + Y)) * exp (- ((a + Y) / a * w)))).
          - intros w. unfold Phi. rewrite Rmult_1_l. ring.
          - assert (H1 : is_lim (fun w => - C * exp (- (1 * w))) p_infty 0) by (apply lim_exponential; lra).
            assert (H2 : is_lim (fun w => C * (a / (a + Y)) * exp (- ((a + Y) / a * w))) p_infty 0).
            { apply lim_exponential. apply Rdiv_lt_0_compat; lra. }
            apply (is_lim_plus _ _ p_infty 0 0 0 H1 H2). unfold is_Rbar_plus. simpl. do 2 f_equal. lra. }
      * change (softmax (S n) o (S k)) with (exp (tail o k) / partition (S n) o).
        unfold Phi, C, softmax. rewrite partition_first. fold a. fold Y. rewrite Rmult_0_r, Ropp_0, exp_0. field. lra.
Qed.

(* The maximum *)

(* P(max <= x) = F(x - ln Z). *)
Theorem gumbel_maximum n o x : (0 < n)%nat ->
  is_iterated_integral n (fun g => noise_density n g * indicator (forall i, (i < n)%nat -> scores o g i <= x))
    (gumbel_cdf (x - log_sum_exp n o)).
Proof.
  intros Hn. pose proof (partition_positive n o Hn) as PZ.
  replace (gumbel_cdf (x - log_sum_exp n o)) with (product n (fun i => gumbel_cdf (x - o i))).
  - apply (iterated_integral_ext n (fun g => product n (fun i => gumbel_density (g i) * indicator (g i <= x - o i)))).
    + intros g. rewrite product_mult, <- indicator_forall. unfold noise_density. f_equal. apply indicator_iff.
      unfold scores. split; intros H i Hi; specialize (H i Hi); lra.
    + apply (iterated_integral_product n (fun i y => gumbel_density y * indicator (y <= x - o i))
        (fun i => gumbel_cdf (x - o i))).
      intros i _. apply probability_below.
  - unfold gumbel_cdf. rewrite product_exp, sum_opp. do 2 f_equal.
    rewrite (sum_ext n _ (fun i => exp (- x) * exp (o i))) by (intros; rewrite <- exp_plus; f_equal; ring).
    rewrite sum_scal. unfold log_sum_exp. replace (- (x - ln (partition n o))) with (- x + ln (partition n o)) by ring.
    rewrite exp_plus, exp_ln by assumption. reflexivity.
Qed.

(* The maximum is independent of the index: P(argmax = k, max >= x) = softmax(o)_k (1 - F(x - ln Z)). Where k is an
   argmax, its score is the maximum. *)
Theorem gumbel_independence n o k x : (k < n)%nat ->
  is_iterated_integral n
    (fun g => noise_density n g * indicator (is_argmax n (scores o g) k /\ x <= scores o g k))
    (softmax n o k * (1 - gumbel_cdf (x - log_sum_exp n o))).
Proof.
  intros Hk. assert (PZ : 0 < partition n o) by (apply partition_positive; lia).
  replace (softmax n o k * (1 - gumbel_cdf (x - log_sum_exp n o))) with
    (softmax n o k * (1 - exp (- (partition n o * exp (- x)))) * exp (- sum n (fun _ => 0))).
  - apply (iterated_integral_ext n (fun g => noise_density n g *
      indicator (race_event n o (fun _ => 0) g k (exp (- x))))).
    + intros g. f_equal. apply indicator_iff. unfold race_event, is_argmax.
      assert (Q : arrival o g k <= exp (- x) <-> x <= scores o g k).
      { unfold arrival. split; intros H.
        - destruct (Rle_lt_dec x (scores o g k)) as [|L]; [assumption|].
          apply Ropp_lt_contravar, exp_increasing in L. lra.
        - destruct H as [H|H]; [left; apply exp_increasing; lra|right; now rewrite H]. }
      rewrite Q. split; intros [H1 H2]; (split; [|assumption]); intros i Hi; apply score_le_iff; now apply H1.
    + apply race; [assumption|left; apply exp_pos|intros; lra|reflexivity].
  - rewrite sum_constant, Rmult_0_r, Ropp_0, exp_0, Rmult_1_r. unfold gumbel_cdf, log_sum_exp. do 4 f_equal.
    replace (- (x - ln (partition n o))) with (ln (partition n o) + - x) by ring.
    rewrite exp_plus, exp_ln by assumption. ring.
Qed.

Lemma noise_mass n : is_iterated_integral n (noise_density n) 1.
Proof.
  rewrite <- (product_one n (fun _ => 1)) by reflexivity.
  apply (iterated_integral_product n (fun _ => gumbel_density) (fun _ => 1)).
  intros. exact density_integrates_to_one.
Qed.

(* The other event of the two: its probability is what is left. *)
Lemma complement_probability n h (P : (nat -> R) -> Prop) v w :
  is_iterated_integral n h v -> is_iterated_integral n (fun g => h g * indicator (P g)) w ->
  is_iterated_integral n (fun g => h g * indicator (~ P g)) (v - w).
Proof.
  intros H K. apply (iterated_integral_ext n (fun g => h g - h g * indicator (P g))).
  - intros g. unfold indicator.
    destruct (ClassicalDedekindReals.sig_not_dec (P g)), (ClassicalDedekindReals.sig_not_dec (~ P g));
      try ring; exfalso; tauto.
  - now apply iterated_integral_minus.
Qed.

(* P(argmax = k, max < x) = softmax(o)_k F(x - ln Z). *)
Theorem gumbel_independence_below n o k x : (k < n)%nat ->
  is_iterated_integral n
    (fun g => noise_density n g * indicator (is_argmax n (scores o g) k /\ scores o g k < x))
    (softmax n o k * gumbel_cdf (x - log_sum_exp n o)).
Proof.
  intros Hk. replace (softmax n o k * gumbel_cdf (x - log_sum_exp n o))
    with (softmax n o k - softmax n o k * (1 - gumbel_cdf (x - log_sum_exp n o))) by ring.
  apply (iterated_integral_ext n (fun g => noise_density n g * indicator (is_argmax n (scores o g) k) -
    noise_density n g * indicator (is_argmax n (scores o g) k /\ x <= scores o g k))).
  - intros g. rewrite !indicator_and. destruct (Rle_lt_dec x (scores o g k)) as [L|L].
    + rewrite (indicator_true (x <= scores o g k)), (indicator_false (scores o g k < x)) by lra. ring.
    + rewrite (indicator_false (x <= scores o g k)), (indicator_true (scores o g k < x)) by lra. ring.
  - apply iterated_integral_minus; [now apply gumbel_max|now apply gumbel_independence].
Qed.
