package additive

import (
	"testing"

	"github.com/etappe/etappe/models"
)

// On two public churn tables with given folds the mains alone are ahead of
// logistic regression (.8452/.4174 and .8231/.3189) and level with what
// boosting that may use no interactions can reach.
func TestAccuracyOnPublicTables(t *testing.T) {
	statistics(t)
	for _, c := range []struct {
		table     string
		auc, loss float64
	}{
		{"telco_ibm", 0.8490, 0.4112},
		{"mlc_churn", 0.8795, 0.2710},
	} {
		t.Run(c.table, func(t *testing.T) {
			s, folds := readTable(t, c.table)
			var auc, loss float64
			z := make([]float64, s.Rows())
			for fold := range 5 {
				train, test := split(folds, fold)
				m := fit(t, Trainer{}, s.Select(train))
				held := s.Select(test)
				got := score(t, m, held.Frame)
				measured := models.Measure(got, held.Churned, nil)
				auc, loss = auc+measured.AUC/5, loss+measured.LogLoss/5
				for i, row := range test {
					z[row] = got[i]
				}
			}
			slope, _, _ := models.CalibrationSlope(z, s.Churned, nil)
			t.Logf("AUC %.4f, log-loss %.4f, calibration slope %.3f", auc, loss, slope)
			if auc < c.auc || loss > c.loss || slope < 0.9 || slope > 1.1 {
				t.Errorf("want AUC %.4f, log-loss %.4f, slope .9 to 1.1", c.auc, c.loss)
			}
		})
	}
}
