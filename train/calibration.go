package train

import (
	"cmp"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
)

// maxCalibrationBins is how many bins there are, at most; of fewer renewals than
// leastCalibrated a bin would show nothing but chance.
const (
	maxCalibrationBins = 10
	leastCalibrated    = 20
	leastOfCluster     = 100 // renewals, for a cluster to be drawn alone
)

// calibrated divides the judged rows, sorted by predicted log-odds, into bins of
// about equal weight. Rows of equal prediction stay together; those without a
// prediction are left out.
func calibrationBins(d *Data, l *predictions, judged []int) []artifact.CalibrationBin {
	var rows []int
	total := 0.0
	for _, i := range judged {
		if !math.IsNaN(l.logOdds[i]) {
			rows, total = append(rows, i), total+d.Weight[i]
		}
	}
	slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(l.logOdds[a], l.logOdds[b]) })
	size := max(total/maxCalibrationBins, leastCalibrated)
	var bins []artifact.CalibrationBin
	var bin artifact.CalibrationBin
	done := 0.0
	for at, i := range rows {
		w := d.Weight[i]
		bin.Renewals, bin.Predicted = bin.Renewals+w, bin.Predicted+w*models.Sigmoid(l.logOdds[i])
		if d.Churned[i] {
			bin.Churned += w
		}
		last := at == len(rows)-1
		if !last && (bin.Renewals < size-1e-9 || l.logOdds[rows[at+1]] == l.logOdds[i] || total-done-bin.Renewals < size/2) {
			continue
		}
		done += bin.Renewals
		if bin.Renewals > 0 {
			bins = append(bins, meansOf(bin))
		}
		bin = artifact.CalibrationBin{}
	}
	return bins
}

// renewalsOf is how many renewals bins hold.
func renewalsOf(bins []artifact.CalibrationBin) (n float64) {
	for _, b := range bins {
		n += b.Renewals
	}
	return n
}

// meansOf turns the sums of a bin into means.
func meansOf(c artifact.CalibrationBin) artifact.CalibrationBin {
	c.Predicted, c.Churned = c.Predicted/c.Renewals, min(c.Churned/c.Renewals, 1)
	c.Low, c.High = models.Wilson(c.Churned, c.Renewals)
	return c
}
