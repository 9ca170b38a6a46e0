package baseline

import (
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
