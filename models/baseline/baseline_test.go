package baseline

import (
	"errors"
	"strings"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/modelstest"
)

func TestMajorityKeepsTheContract(t *testing.T) {
	modelstest.Run(t, func() models.Trainer { return Majority{} })
}

func TestLogisticKeepsTheContract(t *testing.T) {
	modelstest.Run(t, func() models.Trainer { return Logistic{Seed: 1} })
}

func TestScorecardKeepsTheContract(t *testing.T) {
	modelstest.Run(t, func() models.Trainer { return Scorecard{} })
}

func TestTreesKeepTheContract(t *testing.T) {
	modelstest.Run(t, func() models.Trainer { return Trees{Count: 5, Seed: 1} })
}

// A report says which baseline failed; the error must not say it again
// ("majority: majority: …").
func TestErrorsDoNotNameTheBaseline(t *testing.T) {
	for _, trainer := range []models.Trainer{Majority{}, Logistic{}, Scorecard{}, Trees{}} {
		s := &models.Sample{Frame: &models.Frame{Fields: []models.Field{{Name: "x"}}, Columns: [][]float64{{1, 2}}}, Churned: []bool{false, false}}
		_, err := trainer.Fit(t.Context(), s)
		if !errors.Is(err, models.ErrTraining) || strings.Contains(err.Error(), trainer.Name()) {
			t.Errorf("%s without a churned row: %v", trainer.Name(), err)
		}
		s.Churned[0] = true
		fitted, err := trainer.Fit(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		_, err = fitted.LogOdds(&models.Frame{Fields: []models.Field{{Name: "z"}}, Columns: [][]float64{{1}}})
		if !errors.Is(err, models.ErrFields) || strings.Contains(err.Error(), trainer.Name()) {
			t.Errorf("%s on another field: %v", trainer.Name(), err)
		}
	}
}
