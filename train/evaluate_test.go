package train

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/models/artifact"
)

func TestReadFolds(t *testing.T) {
	got, err := ReadFolds(strings.NewReader("row,fold,y\n1,5,0\n0,4,1\n"), "f.csv", 2)
	if err != nil || got[0] != 4 || got[1] != 5 {
		t.Fatalf("got %v, %v", got, err)
	}
	for name, c := range map[string]struct{ text, want string }{
		"empty":       {"", "header"},
		"no fold":     {"row,y\n0,1\n", "columns row and fold"},
		"out of it":   {"row,fold\n0,1\n7,1\n", "row 2, column \"row\""},
		"text":        {"row,fold\n0,a\n", "whole number"},
		"twice":       {"row,fold\n0,1\n0,2\n", "must occur once"},
		"a row less":  {"row,fold\n0,1\n", "row 1 is missing"},
		"ragged rows": {"row,fold\n0\n", "must be a CSV row"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadFolds(strings.NewReader(c.text), "f.csv", 2)
			if !errors.Is(err, datasets.ErrContract) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestEvaluateJudgesEveryVariantOnEveryRow(t *testing.T) {
	d := dataOf(t, 600, 11)
	fold := make([]int, 600)
	for i := range fold {
		fold[i] = int(d.Account[i])%3 + 1
	}
	clock := 0.0
	e, err := Evaluate(context.Background(), d, fold, Options{Seed: 1, Config: Config{Bags: 3},
		Seconds: func() float64 { clock++; return clock }})
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Variants) != 7 || e.Variants[0].Name != artifact.VariantEtappe {
		t.Fatalf("variants %v", e.Variants)
	}
	byName := map[string]Measured{}
	for v, m := range e.Variants {
		byName[m.Name] = m
		if len(m.Folds) != 3 || m.Folds[0].Fold != 1 {
			t.Errorf("%s: folds %+v", m.Name, m.Folds)
		}
		for i, p := range e.Probabilities(v) {
			if math.IsNaN(p) || p <= 0 || p >= 1 {
				t.Fatalf("%s: row %d has probability %v", m.Name, i, p)
			}
		}
	}
	// The planted drivers are linear: both must find most of it, chance must not.
	if byName[artifact.VariantEtappe].AUC < 0.78 || byName[artifact.VariantLogistic].AUC < 0.8 {
		t.Errorf("AUC etappe %.3f, logistic %.3f", byName[artifact.VariantEtappe].AUC, byName[artifact.VariantLogistic].AUC)
	}
	if byName[artifact.VariantEtappe].LogLoss >= byName[artifact.VariantMajority].LogLoss {
		t.Errorf("log-loss %.4f is no better than the base rate's %.4f", byName[artifact.VariantEtappe].LogLoss, byName[artifact.VariantMajority].LogLoss)
	}
	if byName[artifact.VariantEtappe].Seconds <= 0 {
		t.Error("no seconds")
	}
	if !math.IsNaN(float64(byName[artifact.VariantMajority].Slope)) {
		t.Errorf("the base rate has a slope of %v", byName[artifact.VariantMajority].Slope)
	}
	text, err := json.Marshal(e)
	if err != nil || !strings.Contains(string(text), `"calibration_slope":null`) || !strings.Contains(string(text), `"name":"golearn_trees","auc":0.`) {
		t.Errorf("as JSON: %v\n%s", err, text)
	}
}

// Every figure is summed up by one rule, also where folds differ in size.
func TestEvaluationIsOneRule(t *testing.T) {
	d := dataOf(t, 600, 11)
	fold := make([]int, 600)
	for i := range fold {
		fold[i] = min(int(d.Account[i])%5, 1)
	}
	e, err := Evaluate(context.Background(), d, fold, Options{Seed: 1, Config: Config{Bags: 2, MaxClusters: 1}})
	if err != nil {
		t.Fatal(err)
	}
	if e.Rule != FoldMeans {
		t.Errorf("rule %q", e.Rule)
	}
	for _, m := range e.Variants {
		a, b := m.Folds[0], m.Folds[1]
		if a.Rows == b.Rows {
			t.Fatal("folds of one size show nothing")
		}
		for name, v := range map[string][4]artifact.Figure{"AUC": {a.AUC, b.AUC, m.AUC, m.AUCSD}, "log-loss": {a.LogLoss, b.LogLoss, m.LogLoss, m.LogLossSD},
			"Brier": {a.Brier, b.Brier, m.Brier, m.BrierSD}, "slope": {a.Slope, b.Slope, m.Slope, m.SlopeSD}} {
			mean, sd := float64(v[0]+v[1])/2, math.Abs(float64(v[0]-v[1]))/math.Sqrt2
			if math.IsNaN(mean) && math.IsNaN(float64(v[2])) && name == "slope" {
				continue
			}
			if !(math.Abs(mean-float64(v[2])) < 1e-12 && math.Abs(sd-float64(v[3])) < 1e-12) {
				t.Errorf("%s: %s is %v ± %v, of the folds %v ± %v", m.Name, name, v[2], v[3], mean, sd)
			}
		}
	}
}

func TestEvaluateNeedsTwoFolds(t *testing.T) {
	d := dataOf(t, 60, 1)
	if _, err := Evaluate(context.Background(), d, make([]int, 60), Options{}); !errors.Is(err, datasets.ErrConfig) {
		t.Errorf("one fold: %v", err)
	}
}
