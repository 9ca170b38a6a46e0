package models

import (
	"encoding/json"
	"math"
	"slices"
)

// Sigmoid returns the probability 1/(1+e^−z) of log-odds z, without overflow.
func Sigmoid(z float64) float64 {
	if z >= 0 {
		return 1 / (1 + math.Exp(-z))
	}
	e := math.Exp(z)
	return e / (1 + e)
}

// Logit returns the log-odds ln(p/(1−p)) of a probability; ±Inf at 1 and 0.
func Logit(p float64) float64 { return math.Log(p) - math.Log1p(-p) }

// Metrics is how well log-odds fit the outcomes of the rows. What cannot be
// measured (an AUC of one class) is NaN, and null in JSON.
type Metrics struct {
	Rows      int     // rows measured
	Churned   int     // of them churned
	AUC       float64 // 0..1, see AUC
	AUCSE     float64 // standard error of AUC, see AUCError
	LogLoss   float64 // nats per row, see LogLoss
	Brier     float64 // see Brier
	Slope     float64 // see CalibrationSlope; 1 is calibrated
	SlopeSE   float64 // standard error of Slope
	Intercept float64 // log-odds at 0 after recalibration; 0 is calibrated
}

// Measure computes all metrics of log-odds of churn [row]. A nil weight weighs
// every row 1.
func Measure(logOdds []float64, churned []bool, weight []float64) Metrics {
	m := Metrics{Rows: len(churned)}
	for _, c := range churned {
		if c {
			m.Churned++
		}
	}
	m.AUC, m.AUCSE = AUCError(logOdds, churned, weight)
	m.LogLoss = LogLoss(logOdds, churned, weight)
	m.Brier = Brier(logOdds, churned, weight)
	m.Slope, m.Intercept, m.SlopeSE = CalibrationSlope(logOdds, churned, weight)
	return m
}

// AUC returns the probability that a churned row has higher log-odds than one
// that renewed, ties counting half:
//
//	AUC = Σ_i Σ_j w_i w_j ( [z_i > z_j] + ½[z_i = z_j] ) / ( Σ_i w_i · Σ_j w_j )    i churned, j renewed
//
// It is NaN when a class is absent or a log-odds is NaN.
func AUC(logOdds []float64, churned []bool, weight []float64) float64 {
	auc, _ := AUCError(logOdds, churned, weight)
	return auc
}

// AUCError returns AUC and its standard error by placement values (DeLong,
// DeLong & Clarke-Pearson 1988, Biometrics 44:837):
//
//	V_i = share of renewed weight below churned row i (ties half)    V_j alike
//	SE² = Σ_i (V_i−AUC)²/(n₁(n₁−1)) + Σ_j (V_j−AUC)²/(n₀(n₀−1))
//
// with Σw²(V−AUC)²/(Σw)² · n/(n−1) in place of each term when rows are
// weighted. Both are NaN when a class is absent or a log-odds is NaN; the error
// alone is NaN when a class has a single row.
func AUCError(logOdds []float64, churned []bool, weight []float64) (auc, se float64) {
	auc, placement, total := placementsOf(logOdds, churned, weight)
	if math.IsNaN(auc) {
		return auc, auc
	}
	return auc, placementError(placement, churned, weight, auc, total)
}

// placementsOf returns AUC, the placement value of every row and each class's
// weight; AUC is NaN when a class is absent or a log-odds is NaN.
func placementsOf(logOdds []float64, churned []bool, weight []float64) (auc float64, placement []float64, total [2]float64) {
	checkShape(len(logOdds), churned, weight)
	order := make([]int, len(logOdds))
	for i, z := range logOdds {
		if math.IsNaN(z) {
			return math.NaN(), nil, total
		}
		order[i] = i
		total[class(churned[i])] += weightAt(weight, i)
	}
	if total[0] <= 0 || total[1] <= 0 {
		return math.NaN(), nil, total
	}
	// Ties keep the order of rows, so that the sums below have one order.
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case logOdds[a] < logOdds[b]:
			return -1
		case logOdds[a] > logOdds[b]:
			return 1
		}
		return 0
	})
	placement = placements(order, logOdds, churned, weight, total)
	for i, v := range placement {
		if churned[i] {
			auc += weightAt(weight, i) * v
		}
	}
	return auc / total[1], placement, total
}

// placements returns for each churned row the share of renewed weight below
// it, for each renewed row the share of churned weight above it; ties half.
func placements(order []int, logOdds []float64, churned []bool, weight []float64, total [2]float64) []float64 {
	out := make([]float64, len(order))
	var below [2]float64
	for start := 0; start < len(order); {
		end := start
		var tied [2]float64
		for end < len(order) && logOdds[order[end]] == logOdds[order[start]] {
			tied[class(churned[order[end]])] += weightAt(weight, order[end])
			end++
		}
		for _, i := range order[start:end] {
			if churned[i] {
				out[i] = (below[0] + tied[0]/2) / total[0]
			} else {
				out[i] = 1 - (below[1]+tied[1]/2)/total[1]
			}
		}
		below[0] += tied[0]
		below[1] += tied[1]
		start = end
	}
	return out
}

func placementError(placement []float64, churned []bool, weight []float64, auc float64, total [2]float64) float64 {
	var count [2]int
	for _, c := range churned {
		count[class(c)]++
	}
	if count[0] < 2 || count[1] < 2 {
		return math.NaN()
	}
	var squares [2]float64
	for i, v := range placement {
		w := weightAt(weight, i)
		squares[class(churned[i])] += w * w * (v - auc) * (v - auc)
	}
	variance := 0.0
	for c := range squares {
		n := float64(count[c])
		variance += squares[c] / (total[c] * total[c]) * n / (n - 1)
	}
	return math.Sqrt(variance)
}

// LogLoss returns the weighted mean of −ln P(what happened), in nats:
//
//	−ln σ(z) = ln(1+e^−z) for a churned row,   −ln(1−σ(z)) = ln(1+e^z) for a renewed one
//
// computed from log-odds, so that no clipping is needed. It is NaN without rows.
func LogLoss(logOdds []float64, churned []bool, weight []float64) float64 {
	checkShape(len(logOdds), churned, weight)
	return weightedMean(len(logOdds), weight, func(i int) float64 {
		if churned[i] {
			return Softplus(-logOdds[i])
		}
		return Softplus(logOdds[i])
	})
}

// Brier returns the weighted mean of (σ(z)−y)², y = 1 for a churned row. It is
// NaN without rows.
func Brier(logOdds []float64, churned []bool, weight []float64) float64 {
	checkShape(len(logOdds), churned, weight)
	return weightedMean(len(logOdds), weight, func(i int) float64 {
		// σ(−z) is 1−σ(z) without cancellation.
		miss := Sigmoid(logOdds[i])
		if churned[i] {
			miss = Sigmoid(-logOdds[i])
		}
		return miss * miss
	})
}

// CalibrationSlope fits logit P(churned) = intercept + slope·z by maximum
// likelihood (Cox 1958, Biometrika 45:562) and returns the slope's standard
// error from the information matrix, weights taken as frequencies. A slope
// below 1 means that the log-odds are too far from each other. All three are
// NaN when the line is not defined: one class, constant log-odds, or classes
// that the log-odds separate.
func CalibrationSlope(logOdds []float64, churned []bool, weight []float64) (slope, intercept, slopeSE float64) {
	checkShape(len(logOdds), churned, weight)
	line, info, err := fitLine(logOdds, churned, weight, 0)
	if err != nil {
		return math.NaN(), math.NaN(), math.NaN()
	}
	det := info[0]*info[2] - info[1]*info[1]
	return line.Slope, line.Intercept, math.Sqrt(info[0] / det)
}

// Softplus returns ln(1+e^z) without overflow.
func Softplus(z float64) float64 { return math.Max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) }

func weightedMean(n int, weight []float64, value func(i int) float64) float64 {
	sum, total := 0.0, 0.0
	for i := range n {
		w := weightAt(weight, i)
		sum += w * value(i)
		total += w
	}
	return sum / total
}

func weightAt(weight []float64, i int) float64 {
	if weight == nil {
		return 1
	}
	return weight[i]
}

func class(churned bool) int {
	if churned {
		return 1
	}
	return 0
}

func checkShape(n int, churned []bool, weight []float64) {
	if len(churned) != n || (weight != nil && len(weight) != n) {
		panic("models: log-odds, outcomes and weights differ in length")
	}
}

// metricsJSON is Metrics with what cannot be measured as null.
type metricsJSON struct {
	Rows      int      `json:"rows"`
	Churned   int      `json:"churned"`
	AUC       *float64 `json:"auc"`
	AUCSE     *float64 `json:"auc_se"`
	LogLoss   *float64 `json:"log_loss"`
	Brier     *float64 `json:"brier"`
	Slope     *float64 `json:"calibration_slope"`
	SlopeSE   *float64 `json:"calibration_slope_se"`
	Intercept *float64 `json:"calibration_intercept"`
}

// MarshalJSON writes NaN and infinite metrics as null.
func (m Metrics) MarshalJSON() ([]byte, error) {
	number := func(v float64) *float64 {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
		return &v
	}
	return json.Marshal(metricsJSON{
		Rows: m.Rows, Churned: m.Churned,
		AUC: number(m.AUC), AUCSE: number(m.AUCSE), LogLoss: number(m.LogLoss), Brier: number(m.Brier),
		Slope: number(m.Slope), SlopeSE: number(m.SlopeSE), Intercept: number(m.Intercept),
	})
}

// UnmarshalJSON reads null, and a metric that is not there, as NaN.
func (m *Metrics) UnmarshalJSON(data []byte) error {
	var raw metricsJSON
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	number := func(v *float64) float64 {
		if v == nil {
			return math.NaN()
		}
		return *v
	}
	*m = Metrics{
		Rows: raw.Rows, Churned: raw.Churned,
		AUC: number(raw.AUC), AUCSE: number(raw.AUCSE), LogLoss: number(raw.LogLoss), Brier: number(raw.Brier),
		Slope: number(raw.Slope), SlopeSE: number(raw.SlopeSE), Intercept: number(raw.Intercept),
	}
	return nil
}
