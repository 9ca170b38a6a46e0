package train

import (
	"cmp"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
)

// scored are the judged rows with their health scores, lowest first.
type scored struct {
	rows           []int
	health, weight []float64
	churn          []float64 // predicted probability
}

// scoreJudged computes the health scores of the judged rows.
func (d *Data) scoreJudged(j *judgement, p models.Points) *scored {
	rows := slices.DeleteFunc(slices.Clone(j.rows), func(i int) bool { return math.IsNaN(j.logOdds[i]) })
	health := make(map[int]float64, len(rows))
	for _, i := range rows {
		health[i] = p.Health(j.path[i], j.logOdds[i])
	}
	slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(health[a], health[b]) })
	s := &scored{rows: rows, weight: d.weightWithin(rows)}
	for _, i := range rows {
		s.health, s.churn = append(s.health, health[i]), append(s.churn, models.Sigmoid(j.logOdds[i]))
	}
	return s
}

// auc is the AUC of the health score.
func (s *scored) auc(d *Data) float64 {
	risk := make([]float64, len(s.health))
	for k, h := range s.health {
		risk[k] = -h
	}
	return models.AUC(risk, models.Pick(d.Churned, s.rows), s.weight)
}

// leastBeyond is how many judged renewals lie on either side of a threshold that is
// taken from them.
const leastBeyond = 20

// cut returns the health score below which accounts are at least as likely to churn as
// limit: that with the least probability on the wrong side,
//
//	T = argmax Σ_{i: health_i < T} w_i (p_i − limit)
//
// which is where the isotonic regression of p on health crosses the limit. Where it
// leaves fewer than leastBeyond renewals on a side it is usual, the health score of
// that probability on a usual path.
func (s *scored) cut(limit, usual float64) float64 {
	sum, best, below := 0.0, 0.0, 0
	under, total := 0.0, 0.0
	for k, w := range s.weight {
		sum, total = sum+w*(s.churn[k]-limit), total+w
		if last := k == len(s.health)-1; sum > best && (last || s.health[k+1] > s.health[k]) {
			best, below, under = sum, k+1, total
		}
	}
	if min(under, total-under) < leastBeyond {
		return usual
	}
	return (s.health[below-1] + s.health[below]) / 2
}

// quantile returns the health score below which a share of the judged renewals is.
func (s *scored) quantile(share float64) float64 {
	sum, total := 0.0, 0.0
	for _, w := range s.weight {
		total += w
	}
	for k, w := range s.weight {
		if sum += w; sum > share*total {
			if k == 0 {
				return s.health[0]
			}
			return (s.health[k-1] + s.health[k]) / 2
		}
	}
	return s.health[len(s.health)-1] + leastBetween
}
