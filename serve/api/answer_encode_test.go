package api

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/serve/score"
)

// drawAnswer draws an answer with every member, absent ones too.
func drawAnswer(t *rapid.T) score.Answer {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "acme", "Größe – 41 %", `a"b\c`, "<b>&", "\u2028", "\xff", "\x00\x1f\x7f", "�"}))
	number := rapid.OneOf(rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64), rapid.Float64Range(-100, 100), rapid.SampledFrom([]float64{
		0, math.Copysign(0, -1), 1, -1, 1e-6, 9.999e-7, 1e-9, -1e-10, 1e20, 1e21, -1e22, 1 << 53, 1<<53 + 2, 5e-324, 1e100, 0.1}))
	draw := func(name string) float64 { return number.Draw(t, name) }
	a := score.Answer{
		AccountID: text.Draw(t, "id"), AsOf: text.Draw(t, "as of"), HealthScore: draw("health"), ChurnProbability: draw("churn"),
		Interval: score.Interval{Level: draw("level"), Low: draw("low"), High: draw("high")}, Band: text.Draw(t, "band"),
		Cluster:  score.Cluster{ID: text.Draw(t, "cluster"), Name: text.Draw(t, "name"), Membership: draw("membership")},
		Baseline: score.Baseline{LogOdds: draw("log-odds"), Points: draw("points")},
		Model: score.ModelInfo{Version: text.Draw(t, "version"), AgeDays: rapid.Int().Draw(t, "age"),
			TrainedAt: time.Unix(rapid.Int64Range(-1e10, 1e11).Draw(t, "trained"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).UTC()},
	}
	if rapid.Bool().Draw(t, "standing") {
		at := draw("at")
		a.BandSince, a.Held = text.Draw(t, "since"), &score.Held{Plain: text.Draw(t, "plain"), At: &at}
	}
	value := rapid.OneOf(rapid.Map(number, func(x float64) any { return x }), rapid.Map(text, func(s string) any { return s }), rapid.Just[any](nil), rapid.Just[any](true))
	for range rapid.IntRange(0, 3).Draw(t, "contributions") {
		a.Contributions = append(a.Contributions, score.Contribution{Feature: text.Draw(t, "feature"), Value: value.Draw(t, "value"), Unit: text.Draw(t, "unit"),
			Theme: text.Draw(t, "theme"), Side: text.Draw(t, "side"), LogOdds: draw("log-odds"), Points: draw("points")})
	}
	for range rapid.IntRange(0, 3).Draw(t, "reasons") {
		a.Reasons = append(a.Reasons, score.Reason{Code: text.Draw(t, "code"), Text: text.Draw(t, "text"), Points: draw("points")})
	}
	for range rapid.IntRange(0, 3).Draw(t, "warnings") {
		a.Warnings = append(a.Warnings, score.Warning{Code: text.Draw(t, "code"), Text: text.Draw(t, "text")})
	}
	if rapid.Bool().Draw(t, "second") {
		a.Second = &score.Second{ID: text.Draw(t, "id"), HealthScore: draw("health"), Text: text.Draw(t, "text")}
	}
	return a
}

// The encoder writes what json.Marshal writes, byte for byte.
func TestEncodedAnswerIsMarshalled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawAnswer(t)
		want, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		var e encoder
		if e.answer(&a); e.err != nil || !bytes.Equal(e.text, want) {
			t.Fatalf("%v\n%s\n%s", e.err, e.text, want)
		}
	})
	for _, empty := range []score.Answer{{}, {Reasons: []score.Reason{}, Warnings: []score.Warning{}, Contributions: []score.Contribution{}}} {
		want, err := json.Marshal(empty)
		if err != nil {
			t.Fatal(err)
		}
		var e encoder
		if e.answer(&empty); !bytes.Equal(e.text, want) {
			t.Errorf("%s\n%s", e.text, want)
		}
	}
}

// fill sets every member of a value to something that is not left out.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(now))
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).Tag.Get("json") != "-" {
				fill(v.Field(i))
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.String:
		v.SetString("x")
	case reflect.Float64:
		v.SetFloat(0.5)
	case reflect.Int:
		v.SetInt(1)
	case reflect.Bool:
		v.SetBool(true)
	}
}

// No member is forgotten, whatever is added to an answer.
func TestEveryMemberIsEncoded(t *testing.T) {
	var a score.Answer
	fill(reflect.ValueOf(&a).Elem())
	want, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var e encoder
	if e.answer(&a); !bytes.Equal(e.text, want) {
		t.Errorf("%s\n%s", e.text, want)
	}
}

// The negative control: a member that the encoder does not write is noticed, and
// so is a number that JSON cannot hold.
func TestEncoderIsHeld(t *testing.T) {
	a := score.Answer{HealthScore: math.NaN()}
	var e encoder
	if e.answer(&a); e.err == nil {
		t.Error("NaN was written")
	}
	for name, bad := range map[string]score.Answer{
		"health": {HealthScore: math.NaN()}, "a contribution": {Contributions: []score.Contribution{{Points: math.Inf(1)}, {}}},
		"a value": {Contributions: []score.Contribution{{Value: math.NaN()}, {}}}, "a reason": {Reasons: []score.Reason{{Points: math.Inf(-1)}}},
		"a second": {Second: &score.Second{HealthScore: math.NaN()}},
	} {
		if finite(&bad) == nil || finite(&score.Answer{}) != nil {
			t.Errorf("%s that is not finite passes, or what is finite does not", name)
		}
	}
	want, err := json.Marshal(struct {
		score.Answer
		More int `json:"more"`
	}{})
	if err != nil {
		t.Fatal(err)
	}
	e = encoder{}
	if e.answer(&score.Answer{}); bytes.Equal(e.text, want) {
		t.Error("a member that is left out is not noticed")
	}
}
