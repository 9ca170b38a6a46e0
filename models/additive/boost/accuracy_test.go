package boost

import (
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/modelstest"
)

// On two public churn tables with given folds: on the first, mains alone are
// ahead of logistic regression (.8452/.4174) and of boosted trees; the second
// rewards sets of three (mains alone reach .881/.269 over all its folds).
func TestAccuracyOnPublicTables(t *testing.T) {
	modelstest.Long(t)
	statistics(t)
	for _, c := range []struct {
		table     string
		folds     int
		auc, loss float64
	}{
		{"telco_ibm", 5, 0.8490, 0.4112},
		{"mlc_churn", 2, 0.9340, 0.1410},
	} {
		t.Run(c.table, func(t *testing.T) {
			s, folds := modelstest.SharedTable(t, c.table)
			var auc, loss float64
			var z []float64
			var churned []bool
			for fold := range c.folds {
				train, test := modelstest.Split(folds, fold)
				m := fit(t, Trainer{}, s.Select(train))
				held := s.Select(test)
				got := score(t, m, held.Frame)
				measured := models.Measure(got, held.Churned, nil)
				auc, loss = auc+measured.AUC/float64(c.folds), loss+measured.LogLoss/float64(c.folds)
				z, churned = append(z, got...), append(churned, held.Churned...)
			}
			slope, _, se := models.CalibrationSlope(z, churned, nil)
			t.Logf("AUC %.4f, log-loss %.4f, calibration slope %.3f ± %.3f", auc, loss, slope, se)
			if auc < c.auc || loss > c.loss || slope < 0.9-2*se || slope > 1.1+2*se {
				t.Errorf("want AUC %.4f, log-loss %.4f, slope .9 to 1.1, but for two standard errors", c.auc, c.loss)
			}
		})
	}
}
