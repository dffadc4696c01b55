(* The n-fold iterated improper integral over R^n, and that its value is unique.

   A probability of n independent variables with densities is, by Tonelli's theorem, the n-fold iterated integral of the
   product of the densities times the indicator of the event. That theorem stays outside; what is proved about these
   integrals is everything else: that each exists, and its value. An improper integral that diverged would make a
   statement about its value empty, so the integral is a relation between a function and a number, false for every
   number where the integral does not exist, and `iterated_integral_unique` says that it holds for one number at most. *)

From Coq Require Import Reals Lra Lia.
From Coq Require ClassicalDedekindReals FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Gumbelcheck Require Import Sums.
Open Scope R_scope.

(* 1 where P holds and 0 where it does not. *)
Definition indicator (P : Prop) : R := if ClassicalDedekindReals.sig_not_dec P then 1 else 0.

(* The Riemann integral of h from a to b tends to v as a tends to -infinity and b to +infinity. *)
Definition is_integral (h : R -> R) (v : R) : Prop :=
  is_RInt_gen h (Rbar_locally m_infty) (Rbar_locally p_infty) v.

(* The integral over x_0 of (the integral over x_1 of ( ... h(x_0, x_1, ..., x_(n-1)) ... )) exists and is v. What h makes
   of coordinates beyond these n must not matter. *)
Fixpoint is_iterated_integral (n : nat) (h : (nat -> R) -> R) (v : R) : Prop :=
  match n with
  | O => forall g, h g = v
  | S m => exists inner : R -> R,
      (forall x, is_iterated_integral m (fun g => h (prepend x g)) (inner x)) /\ is_integral inner v
  end.

(* Indicators *)

Lemma indicator_true (P : Prop) : P -> indicator P = 1.
Proof. intros H. unfold indicator. destruct (ClassicalDedekindReals.sig_not_dec P); [reflexivity|contradiction]. Qed.

Lemma indicator_false (P : Prop) : ~ P -> indicator P = 0.
Proof. intros H. unfold indicator. destruct (ClassicalDedekindReals.sig_not_dec P); [contradiction|reflexivity]. Qed.

Lemma indicator_iff (P Q : Prop) : (P <-> Q) -> indicator P = indicator Q.
Proof.
  intros H. unfold indicator.
  destruct (ClassicalDedekindReals.sig_not_dec P), (ClassicalDedekindReals.sig_not_dec Q); try reflexivity; exfalso; tauto.
Qed.

Lemma indicator_and (P Q : Prop) : indicator (P /\ Q) = indicator P * indicator Q.
Proof.
  unfold indicator.
  destruct (ClassicalDedekindReals.sig_not_dec (P /\ Q)), (ClassicalDedekindReals.sig_not_dec P), (ClassicalDedekindReals.sig_not_dec Q); try lra; exfalso; tauto.
Qed.

Lemma indicator_forall n : forall P : nat -> Prop,
  indicator (forall i, (i < n)%nat -> P i) = product n (fun i => indicator (P i)).
Proof.
  induction n as [|n IH]; intros P; simpl.
  - apply indicator_true. intros. lia.
  - rewrite <- IH, <- indicator_and. apply indicator_iff. split.
    + intros H. split; [apply H; lia|]. intros i Hi. apply H. lia.
    + intros [H0 H] [|i] Hi; [assumption|]. apply H. lia.
Qed.

(* One variable *)

Lemma integral_unique h v w : is_integral h v -> is_integral h w -> v = w.
Proof.
  intros Hv Hw. pose proof (is_RInt_gen_unique h v Hv) as Kv. pose proof (is_RInt_gen_unique h w Hw) as Kw.
  now rewrite <- Kv, <- Kw.
Qed.

Lemma RInt_gen_ext_everywhere (Fa Fb : (R -> Prop) -> Prop) {HFa : Filter Fa} {HFb : Filter Fb} (h k : R -> R) v :
  (forall x, h x = k x) -> is_RInt_gen h Fa Fb v -> is_RInt_gen k Fa Fb v.
Proof.
  intros H Hv. apply (is_RInt_gen_ext h k); [|assumption].
  apply filter_forall. intros ab x _. apply H.
Qed.

Lemma integral_ext h k v : (forall x, h x = k x) -> is_integral h v -> is_integral k v.
Proof. intros H K. exact (RInt_gen_ext_everywhere _ _ h k v H K). Qed.

Lemma integral_scal c h v : is_integral h v -> is_integral (fun x => c * h x) (c * v).
Proof. intros H. exact (is_RInt_gen_scal h c v H). Qed.

Lemma integral_plus h k v w : is_integral h v -> is_integral k w -> is_integral (fun x => h x + k x) (v + w).
Proof. intros H K. exact (is_RInt_gen_plus h k v w H K). Qed.

(* The fundamental theorem of calculus on a piece of the line: bounded, or unbounded to the left or to the right. *)

Definition antiderivative (G g : R -> R) (P : R -> Prop) : Prop :=
  forall x, P x -> is_derive G x (g x) /\ continuous g x.

Lemma integral_between (h G g : R -> R) a b :
  a <= b -> antiderivative G g (fun x => a <= x <= b) -> (forall x, a < x < b -> h x = g x) ->
  is_RInt h a b (G b - G a).
Proof.
  intros Hab HG Hh. apply (is_RInt_ext g).
  - rewrite Rmin_left, Rmax_right by assumption. intros x Hx. simpl. symmetry. now apply Hh.
  - apply (is_RInt_derive G g); rewrite Rmin_left, Rmax_right by assumption; intros x Hx; now apply HG.
Qed.

Lemma integral_left (h G g : R -> R) (b L : R) :
  antiderivative G g (fun x => x <= b) -> (forall x, x < b -> h x = g x) -> is_lim G m_infty L ->
  is_RInt_gen h (Rbar_locally m_infty) (at_point b) (G b - L).
Proof.
  intros HG Hh HL P HP.
  assert (HD : filterlim (fun a => G b - G a) (Rbar_locally m_infty) (locally (G b - L))).
  { assert (K : is_lim (fun a => G b - G a) m_infty (G b - L)).
    { apply (is_lim_minus (fun _ => G b) G m_infty (G b) L (G b - L)).
      - apply is_lim_const.
      - exact HL.
      - reflexivity. }
    exact K. }
  exists (fun a => a < b /\ P (G b - G a)) (fun c => c = b).
  - apply filter_and; [exists b; tauto|]. exact (HD P HP).
  - reflexivity.
  - intros a c [Ha HPa] ->. exists (G b - G a). split; [|exact HPa].
    apply (integral_between h G g); [lra| |]; intros x Hx; [apply HG|apply Hh]; lra.
Qed.

Lemma integral_right (h G g : R -> R) (a L : R) :
  antiderivative G g (fun x => a <= x) -> (forall x, a < x -> h x = g x) -> is_lim G p_infty L ->
  is_RInt_gen h (at_point a) (Rbar_locally p_infty) (L - G a).
Proof.
  intros HG Hh HL P HP.
  assert (HD : filterlim (fun b => G b - G a) (Rbar_locally p_infty) (locally (L - G a))).
  { assert (K : is_lim (fun b => G b - G a) p_infty (L - G a)).
    { apply (is_lim_minus G (fun _ => G a) p_infty L (G a) (L - G a)).
      - exact HL.
      - apply is_lim_const.
      - reflexivity. }
    exact K. }
  exists (fun c => c = a) (fun b => a < b /\ P (G b - G a)).
  - reflexivity.
  - apply filter_and; [exists a; tauto|]. exact (HD P HP).
  - intros c b -> [Hb HPb]. exists (G b - G a). split; [|exact HPb].
    apply (integral_between h G g); [lra| |]; intros x Hx; [apply HG|apply Hh]; lra.
Qed.

Lemma integral_join h a v w :
  is_RInt_gen h (Rbar_locally m_infty) (at_point a) v -> is_RInt_gen h (at_point a) (Rbar_locally p_infty) w ->
  is_integral h (v + w).
Proof. intros Hv Hw. exact (is_RInt_gen_Chasles h a v w Hv Hw). Qed.

Lemma integral_join_left h a b v w :
  is_RInt_gen h (Rbar_locally m_infty) (at_point a) v -> is_RInt h a b w ->
  is_RInt_gen h (Rbar_locally m_infty) (at_point b) (v + w).
Proof.
  intros Hv Hw. apply (is_RInt_gen_Chasles h a v w Hv). now apply is_RInt_gen_at_point.
Qed.

Lemma integral_line (h G g : R -> R) (L M : R) :
  antiderivative G g (fun _ => True) -> (forall x, h x = g x) -> is_lim G m_infty L -> is_lim G p_infty M ->
  is_integral h (M - L).
Proof.
  intros HG Hh HL HM. replace (M - L) with ((G 0 - L) + (M - G 0)) by lra. apply (integral_join h 0).
  - apply (integral_left h G g); [intros x _; now apply HG|intros; apply Hh|assumption].
  - apply (integral_right h G g); [intros x _; now apply HG|intros; apply Hh|assumption].
Qed.

Lemma antiderivative_zero (P : R -> Prop) : antiderivative (fun _ => 0) (fun _ => 0) P.
Proof. intros x _. split; [apply @is_derive_const|apply continuous_const]. Qed.

Lemma integral_zero h : (forall x, h x = 0) -> is_integral h 0.
Proof.
  intros H. replace 0 with (0 - 0) by lra. apply (integral_line h (fun _ => 0) (fun _ => 0)).
  - apply antiderivative_zero.
  - assumption.
  - apply is_lim_const.
  - apply is_lim_const.
Qed.

(* A function that vanishes on one side of b is integrated over the other. *)
Lemma integral_up_to (h : R -> R) b v :
  is_RInt_gen h (Rbar_locally m_infty) (at_point b) v -> (forall x, b < x -> h x = 0) -> is_integral h v.
Proof.
  intros Hv Hh. replace v with (v + (0 - 0)) by lra. apply (integral_join h b); [assumption|].
  apply (integral_right h (fun _ => 0) (fun _ => 0)).
  - apply antiderivative_zero.
  - assumption.
  - apply is_lim_const.
Qed.

Lemma integral_from (h : R -> R) a v :
  is_RInt_gen h (at_point a) (Rbar_locally p_infty) v -> (forall x, x < a -> h x = 0) -> is_integral h v.
Proof.
  intros Hv Hh. replace v with ((0 - 0) + v) by lra. apply (integral_join h a); [|assumption].
  apply (integral_left h (fun _ => 0) (fun _ => 0)).
  - apply antiderivative_zero.
  - assumption.
  - apply is_lim_const.
Qed.

(* A change of variable, x to u x + c with u > 0. *)
Lemma integral_affine (h : R -> R) (u c v : R) :
  0 < u -> is_integral h v -> is_integral (fun x => u * h (u * x + c)) v.
Proof.
  intros Hu Hv P HP. destruct (Hv P HP) as [A B [a Ha] [b Hb] H].
  exists (fun x => A (u * x + c)) (fun x => B (u * x + c)).
  - exists ((a - c) / u). intros x Hx. apply Ha. apply (Rmult_lt_compat_l u) in Hx; [|assumption].
    replace (u * ((a - c) / u)) with (a - c) in Hx by (field; lra). lra.
  - exists ((b - c) / u). intros x Hx. apply Hb. apply (Rmult_lt_compat_l u) in Hx; [|assumption].
    replace (u * ((b - c) / u)) with (b - c) in Hx by (field; lra). lra.
  - intros x y Hx Hy. destruct (H _ _ Hx Hy) as [w [Hw Pw]]. exists w. split; [|exact Pw].
    exact (is_RInt_comp_lin h u c x y w Hw).
Qed.

(* n variables *)

Lemma iterated_integral_ext n : forall h k v,
  (forall g, h g = k g) -> is_iterated_integral n h v -> is_iterated_integral n k v.
Proof.
  induction n as [|n IH]; intros h k v H; simpl.
  - intros Hv g. now rewrite <- H.
  - intros [inner [Hi Hv]]. exists inner. split; [|assumption].
    intros x. apply (IH (fun g => h (prepend x g))); [intros; apply H|apply Hi].
Qed.

Theorem iterated_integral_unique n : forall h v w,
  is_iterated_integral n h v -> is_iterated_integral n h w -> v = w.
Proof.
  induction n as [|n IH]; intros h v w; simpl.
  - intros Hv Hw. now rewrite <- (Hv (fun _ => 0)), <- (Hw (fun _ => 0)).
  - intros [a [Ha Hv]] [b [Hb Hw]]. apply (integral_unique a); [assumption|].
    apply (integral_ext b); [|assumption]. intros x. exact (IH _ _ _ (Hb x) (Ha x)).
Qed.

Lemma iterated_integral_scal n : forall c h v,
  is_iterated_integral n h v -> is_iterated_integral n (fun g => c * h g) (c * v).
Proof.
  induction n as [|n IH]; intros c h v; simpl.
  - intros Hv g. now rewrite Hv.
  - intros [inner [Hi Hv]]. exists (fun x => c * inner x). split; [|now apply integral_scal].
    intros x. apply (IH c (fun g => h (prepend x g))). apply Hi.
Qed.

Lemma iterated_integral_plus n : forall h k v w,
  is_iterated_integral n h v -> is_iterated_integral n k w -> is_iterated_integral n (fun g => h g + k g) (v + w).
Proof.
  induction n as [|n IH]; intros h k v w; simpl.
  - intros Hv Hw g. now rewrite Hv, Hw.
  - intros [a [Ha Hv]] [b [Hb Hw]]. exists (fun x => a x + b x). split; [|now apply integral_plus].
    intros x. apply (IH (fun g => h (prepend x g)) (fun g => k (prepend x g))); [apply Ha|apply Hb].
Qed.

Lemma iterated_integral_minus n h k v w :
  is_iterated_integral n h v -> is_iterated_integral n k w -> is_iterated_integral n (fun g => h g - k g) (v - w).
Proof.
  intros H K. replace (v - w) with (v + -1 * w) by ring.
  apply (iterated_integral_ext n (fun g => h g + -1 * k g)); [intros; ring|].
  apply iterated_integral_plus; [assumption|now apply iterated_integral_scal].
Qed.

Lemma iterated_integral_zero n : forall h, (forall g, h g = 0) -> is_iterated_integral n h 0.
Proof.
  induction n as [|n IH]; intros h H; simpl; [apply H|].
  exists (fun _ => 0). split; [|now apply integral_zero]. intros x. apply IH. intros. apply H.
Qed.

(* Independent variables: the integral of a product of functions of one variable each is the product of integrals. *)
Lemma iterated_integral_product n : forall (h : nat -> R -> R) (v : nat -> R),
  (forall i, (i < n)%nat -> is_integral (h i) (v i)) ->
  is_iterated_integral n (fun g => product n (fun i => h i (g i))) (product n v).
Proof.
  induction n as [|n IH]; intros h v H; simpl; [reflexivity|].
  exists (fun x => h 0%nat x * product n (fun i => v (S i))). split.
  - intros x. apply iterated_integral_scal. apply (IH (fun i => h (S i)) (fun i => v (S i))).
    intros. apply H. lia.
  - rewrite Rmult_comm. apply (integral_ext (fun x => product n (fun i => v (S i)) * h 0%nat x)).
    + intros. apply Rmult_comm.
    + apply integral_scal. apply H. lia.
Qed.

(* All n variables changed at once, x_i to u x_i + c_i. *)
Lemma iterated_integral_affine n : forall (h : (nat -> R) -> R) (u : R) (c : nat -> R) v,
  0 < u -> is_iterated_integral n h v -> is_iterated_integral n (fun x => u ^ n * h (fun i => u * x i + c i)) v.
Proof.
  induction n as [|n IH]; intros h u c v Hu; simpl.
  - intros Hv g. rewrite Hv. ring.
  - intros [inner [Hi Hv]]. exists (fun x => u * inner (u * x + c 0%nat)). split; [|now apply integral_affine].
    intros x.
    apply (iterated_integral_ext n (fun y => u * (u ^ n * h (prepend (u * x + c 0%nat) (fun i => u * y i + tail c i))))).
    + intros y. rewrite <- Rmult_assoc. f_equal. f_equal. apply FunctionalExtensionality.functional_extensionality.
      intros [|i]; reflexivity.
    + apply iterated_integral_scal. apply (IH (fun g => h (prepend (u * x + c 0%nat) g))); [assumption|apply Hi].
Qed.

(* A formula that can be differentiated is continuous. *)
Ltac smooth := match goal with |- continuous ?h ?x => apply (ex_derive_continuous h x); auto_derive; trivial end.

(* One variable at a time: what the proofs below use. *)
Lemma iterated_integral_step n (h : (nat -> R) -> R) (inner : R -> R) v :
  (forall x, is_iterated_integral n (fun g => h (prepend x g)) (inner x)) -> is_integral inner v ->
  is_iterated_integral (S n) h v.
Proof. intros H Hv. exists inner. split; assumption. Qed.
