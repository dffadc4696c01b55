(* A hard sample written as (h - y) + y is exactly one-hot in binary floating point.

   Frameworks that differentiate functions of one value write the straight-through estimator as that sum. The check of
   hard samples allows no rounding at all, and this is why: with rounding to nearest, ties to even, and at least two
   bits of precision, both roundings together give back exactly 1 where h = 1 and exactly 0 where h = 0. The other
   association, (h + y) - y, does not; StraightThrough.v has what the sum means. *)

From Coq Require Import Reals ZArith Lra Lia.
From Flocq Require Import Core Sterbenz.
Open Scope R_scope.

Section BinaryFormat.

(* Binary numbers of `precision` bits; the smallest positive one is 2^lowest. binary16, bfloat16, binary32 and binary64
   all satisfy both conditions. No value here exceeds 1, so overflow plays no part. *)
Variables precision lowest : Z.
Context {at_least_two_bits : (2 <= precision)%Z}.
Context {fine_below_one : (lowest <= - precision)%Z}.

Definition representable (x : R) : Prop := generic_format radix2 (FLT_exp lowest precision) x.

(* Rounding to nearest, ties to even. *)
Definition rounded (x : R) : R := round radix2 (FLT_exp lowest precision) ZnearestE x.

Let precision_positive : Prec_gt_0 precision.
Proof. unfold Prec_gt_0. lia. Qed.

Local Existing Instance precision_positive.

Let valid : Valid_exp (FLT_exp lowest precision) := FLT_exp_valid lowest precision.

Local Existing Instance valid.

(* The nearest integer to t, where t may lie exactly half a unit below the even number N. *)
Lemma nearest_even (N : Z) (t : R) :
  Z.even N = true -> IZR N - / 2 <= t < IZR N + / 2 -> ZnearestE t = N.
Proof.
  intros HN [[H1|H1] H2].
  - apply Znearest_imp. apply Rabs_def1; lra.
  - assert (F : Zfloor t = (N - 1)%Z) by (apply Zfloor_imp; rewrite plus_IZR, minus_IZR; simpl; lra).
    unfold Znearest. rewrite F, minus_IZR.
    replace (t - (IZR N - 1)) with (/ 2) by lra. rewrite Rcompare_Eq by reflexivity.
    replace (Z.even (N - 1)) with false.
    + simpl. apply Zceil_imp. rewrite minus_IZR. simpl. lra.
    + rewrite Z.even_sub, HN. reflexivity.
Qed.

Lemma even_power (n : Z) : (1 <= n)%Z -> Z.even (2 ^ n) = true.
Proof. intros H. apply Z.even_pow. lia. Qed.

Lemma power_as_integer (n : Z) : (0 <= n)%Z -> IZR (2 ^ n) = bpow radix2 n.
Proof. intros H. rewrite <- IZR_Zpower by assumption. reflexivity. Qed.

Lemma exponent_below_one x : / 2 <= x < 1 -> cexp radix2 (FLT_exp lowest precision) x = (- precision)%Z.
Proof.
  intros H. unfold cexp. rewrite (mag_unique radix2 x 0).
  - unfold FLT_exp. lia.
  - rewrite Rabs_pos_eq by lra. simpl. lra.
Qed.

Lemma exponent_above_one x : 1 <= x < 2 -> cexp radix2 (FLT_exp lowest precision) x = (1 - precision)%Z.
Proof.
  intros H. unfold cexp. rewrite (mag_unique radix2 x 1).
  - unfold FLT_exp. lia.
  - rewrite Rabs_pos_eq by lra. simpl. lra.
Qed.

(* Half the distance of neighbours in [1/2, 1). *)
Let half_step : R := bpow radix2 (- precision - 1).

Lemma half_step_small : 0 < half_step <= / 8.
Proof.
  unfold half_step. split; [apply bpow_gt_0|].
  change (/ 8) with (bpow radix2 (-3)). apply bpow_le. lia.
Qed.

(* Everything so near to 1 is rounded to 1; the tie at the lower end goes to 1, whose last bit is even. *)
Lemma rounded_near_one e : - half_step <= e <= half_step -> rounded (1 + e) = 1.
Proof.
  intros H. pose proof half_step_small as P. unfold rounded, round, scaled_mantissa, F2R. simpl.
  destruct (Rlt_le_dec e 0) as [L|L].
  - rewrite exponent_below_one by lra. rewrite Z.opp_involutive.
    rewrite (nearest_even (2 ^ precision)).
    + rewrite power_as_integer by lia. rewrite <- bpow_plus. now rewrite Z.add_opp_diag_r.
    + apply even_power. lia.
    + rewrite power_as_integer by lia.
      assert (E : half_step * bpow radix2 precision = / 2).
      { unfold half_step. rewrite <- bpow_plus. replace (- precision - 1 + precision)%Z with (-1)%Z by lia. reflexivity. }
      pose proof (bpow_gt_0 radix2 precision) as B.
      assert (K : - half_step * bpow radix2 precision <= e * bpow radix2 precision)
        by (apply Rmult_le_compat_r; lra).
      assert (M : e * bpow radix2 precision < 0 * bpow radix2 precision) by (apply Rmult_lt_compat_r; lra).
      lra.
  - rewrite exponent_above_one by lra.
    rewrite (nearest_even (2 ^ (precision - 1))).
    + rewrite power_as_integer by lia. rewrite <- bpow_plus. replace (precision - 1 + (1 - precision))%Z with 0%Z by lia.
      reflexivity.
    + apply even_power. lia.
    + rewrite power_as_integer by lia. replace (- (1 - precision))%Z with (precision - 1)%Z by lia.
      assert (E : half_step * bpow radix2 (precision - 1) = / 4).
      { unfold half_step. rewrite <- bpow_plus. replace (- precision - 1 + (precision - 1))%Z with (-2)%Z by lia.
        reflexivity. }
      pose proof (bpow_gt_0 radix2 (precision - 1)) as B.
      assert (K : e * bpow radix2 (precision - 1) <= half_step * bpow radix2 (precision - 1))
        by (apply Rmult_le_compat_r; lra).
      assert (M : 0 * bpow radix2 (precision - 1) <= e * bpow radix2 (precision - 1)) by (apply Rmult_le_compat_r; lra).
      lra.
Qed.

Lemma one_representable : representable 1.
Proof. change 1 with (bpow radix2 0). apply generic_format_bpow. unfold FLT_exp. lia. Qed.

Theorem hard_one y : representable y -> 0 <= y <= 1 -> rounded (rounded (1 - y) + y) = 1.
Proof.
  intros F H.
  assert (one : rounded 1 = 1) by (apply round_generic; [apply valid_rnd_N|exact one_representable]).
  destruct (Rle_lt_dec (/ 2) y) as [L|L].
  - replace (rounded (1 - y)) with (1 - y).
    + now replace (1 - y + y) with 1 by ring.
    + symmetry. apply round_generic; [apply valid_rnd_N|].
      apply sterbenz; [exact valid|apply FLT_exp_monotone|exact one_representable|exact F|lra].
  - destruct (Req_dec y 0) as [->|N]; [now rewrite Rminus_0_r, Rplus_0_r, one|].
    set (e := rounded (1 - y) - (1 - y)).
    replace (rounded (1 - y) + y) with (1 + e) by (unfold e; ring).
    apply rounded_near_one. apply Rabs_le_inv. unfold e, rounded.
    replace half_step with (/ 2 * ulp radix2 (FLT_exp lowest precision) (1 - y)).
    + apply error_le_half_ulp. exact valid.
    + rewrite ulp_neq_0 by lra. rewrite exponent_below_one by lra. unfold half_step.
      change (/ 2) with (bpow radix2 (-1)). rewrite <- bpow_plus. f_equal. lia.
Qed.

Theorem hard_zero y : representable y -> rounded (rounded (0 - y) + y) = 0.
Proof.
  intros F. replace (rounded (0 - y)) with (- y).
  - replace (- y + y) with 0 by ring. apply round_0. apply valid_rnd_N.
  - symmetry. rewrite Rminus_0_l. apply round_generic; [apply valid_rnd_N|now apply generic_format_opp].
Qed.

End BinaryFormat.
