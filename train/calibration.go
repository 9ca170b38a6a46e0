package train

import (
	"cmp"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
)

// Calibrated is a bin of the reliability diagram (Murphy and Winkler, Reliability
// of subjective probability forecasts, Applied Statistics 26, 1977): judged rows of
// which much the same was said, and what became of them. Rows weigh so that each
// renewal counts once.
type Calibrated struct {
	Renewals float64 `json:"renewals"` // that the rows are worth
	Said     float64 `json:"said"`     // mean probability of churn
	Churned  float64 `json:"churned"`  // share that did
	Low      float64 `json:"low"`      // 90 % interval of that share
	High     float64 `json:"high"`
}

// calibrationBins is how many bins there are, at most; of fewer renewals than
// leastCalibrated a bin would show nothing but chance.
const (
	calibrationBins = 10
	leastCalibrated = 20
	leastOfCluster  = 100 // renewals, for a cluster to be drawn alone
)

// calibrated lays the judged rows into bins of about the same weight, in the
// order of what the lane says. Rows of which the same is said stay together; those
// without an answer are left out.
func calibrated(d *Data, l *lane, judged []int) []Calibrated {
	var rows []int
	total := 0.0
	for _, i := range judged {
		if !math.IsNaN(l.logOdds[i]) {
			rows, total = append(rows, i), total+d.Weight[i]
		}
	}
	slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(l.logOdds[a], l.logOdds[b]) })
	size := max(total/calibrationBins, leastCalibrated)
	var bins []Calibrated
	var bin Calibrated
	done := 0.0
	for at, i := range rows {
		w := d.Weight[i]
		bin.Renewals, bin.Said = bin.Renewals+w, bin.Said+w*models.Sigmoid(l.logOdds[i])
		if d.Churned[i] {
			bin.Churned += w
		}
		last := at == len(rows)-1
		if !last && (bin.Renewals < size-1e-9 || l.logOdds[rows[at+1]] == l.logOdds[i] || total-done-bin.Renewals < size/2) {
			continue
		}
		done += bin.Renewals
		if bin.Renewals > 0 {
			bins = append(bins, bin.settled())
		}
		bin = Calibrated{}
	}
	return bins
}

// renewalsOf is how many renewals bins hold.
func renewalsOf(bins []Calibrated) (n float64) {
	for _, b := range bins {
		n += b.Renewals
	}
	return n
}

// settled turns sums into means.
func (c Calibrated) settled() Calibrated {
	c.Said, c.Churned = c.Said/c.Renewals, min(c.Churned/c.Renewals, 1)
	c.Low, c.High = models.Wilson(c.Churned, c.Renewals)
	return c
}
