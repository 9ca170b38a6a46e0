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
	rows := answered(l, judged)
	weight, total := make(map[int]float64, len(rows)), 0.0
	for k, w := range d.weightWithin(rows) {
		weight[rows[k]], total = w, total+w
	}
	slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(l.logOdds[a], l.logOdds[b]) })
	size := max(total/maxCalibrationBins, leastCalibrated)
	var bins []artifact.CalibrationBin
	var bin artifact.CalibrationBin
	done := 0.0
	for at, i := range rows {
		w := weight[i]
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

// answered lists the rows with a prediction.
func answered(l *predictions, rows []int) []int {
	return slices.DeleteFunc(slices.Clone(rows), func(i int) bool { return math.IsNaN(l.logOdds[i]) })
}

// calibrationMean is all judged renewals as one bin: whether as many churned as
// were predicted to.
func calibrationMean(d *Data, l *predictions, judged []int) *artifact.CalibrationBin {
	rows := answered(l, judged)
	if len(rows) == 0 {
		return nil
	}
	var bin artifact.CalibrationBin
	for k, w := range d.weightWithin(rows) {
		bin.Renewals, bin.Predicted = bin.Renewals+w, bin.Predicted+w*models.Sigmoid(l.logOdds[rows[k]])
		if d.Churned[rows[k]] {
			bin.Churned += w
		}
	}
	bin = meansOf(bin)
	return &bin
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
