package train

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/stat"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
)

// Evaluation is a cross-validation of every variant on given folds.
type Evaluation struct {
	Rows     int        `json:"rows"`
	Churned  int        `json:"churned"`
	Rule     string     `json:"rule"` // how folds are summed up: FoldMeans
	Variants []Measured `json:"variants"`
	// LogOdds holds each variant's out-of-fold answer, in the order of
	// Variants: [variant][row].
	LogOdds [][]float64 `json:"-"`
	Fold    []int       `json:"-"` // [row] the fold in which the row was judged
}

// FoldMeans is the rule by which every figure of an evaluation is summed up: each
// fold is measured by itself, and all folds count alike.
const FoldMeans = "mean_of_folds"

// Measured is one variant's quality: means of its folds, which count alike, with the
// standard deviation between them. A figure that one fold does not have is NaN.
type Measured struct {
	Name      string          `json:"name"`
	AUC       artifact.Figure `json:"auc"`
	AUCSD     artifact.Figure `json:"auc_sd"`
	LogLoss   artifact.Figure `json:"log_loss"`
	LogLossSD artifact.Figure `json:"log_loss_sd"`
	Brier     artifact.Figure `json:"brier"`
	BrierSD   artifact.Figure `json:"brier_sd"`
	Slope     artifact.Figure `json:"calibration_slope"`
	SlopeSD   artifact.Figure `json:"calibration_slope_sd"`
	Seconds   float64         `json:"seconds"` // fitting and answering, all folds
	Folds     []MeasuredFold  `json:"folds"`
}

// MeasuredFold is a variant's quality on one fold.
type MeasuredFold struct {
	Fold    int             `json:"fold"`
	Rows    int             `json:"rows"`
	AUC     artifact.Figure `json:"auc"`
	LogLoss artifact.Figure `json:"log_loss"`
	Brier   artifact.Figure `json:"brier"`
	Slope   artifact.Figure `json:"calibration_slope"`
}

// Evaluate cross-validates every variant. fold gives each row's fold; on each,
// clusters and models are learned from the other folds alone.
func Evaluate(ctx context.Context, d *Data, fold []int, o Options) (*Evaluation, error) {
	if err := o.check(d); err != nil {
		return nil, err
	}
	if _, err := refuseLeaks(d, o.Config.Allow); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	labels := slices.Compact(slices.Sorted(slices.Values(fold)))
	if len(labels) < 2 {
		return nil, fmt.Errorf("%w: %d fold: at least two are needed", datasets.ErrConfig, len(labels))
	}
	index := make([]int, len(fold))
	for i, f := range fold {
		index[i], _ = slices.BinarySearch(labels, f)
	}
	byVariant := make(map[string]*predictions)
	splits := splitsOf(index, len(labels))
	for k, s := range splits {
		s.name = fmt.Sprintf("fold %d of %d", k+1, len(labels))
		if _, err := compareVariants(ctx, d, o, s, byVariant); err != nil {
			return nil, err
		}
	}
	e := &Evaluation{Rows: len(d.Churned), Churned: count(d.Churned), Rule: FoldMeans, Fold: fold}
	for _, name := range []string{artifact.VariantEtappe, artifact.VariantMajority, artifact.VariantScorecard, artifact.VariantLogistic, artifact.VariantTrees, artifact.VariantGlobal, artifact.VariantSeparate} {
		e.Variants = append(e.Variants, measure(d, byVariant[name], splits, labels))
		e.LogOdds = append(e.LogOdds, byVariant[name].logOdds)
	}
	return e, nil
}

// widestSlope is the standard error beyond which a calibration slope shows
// nothing: that of a scorecard whose log-odds hardly differ.
const widestSlope = 5

// measure sums one variant's folds up.
func measure(d *Data, l *predictions, splits []split, labels []int) Measured {
	m := Measured{Name: l.name, Seconds: l.seconds}
	for k, s := range splits {
		all := models.Measure(models.Pick(l.logOdds, s.test), models.Pick(d.Churned, s.test), nil)
		f := MeasuredFold{Fold: labels[k], Rows: len(s.test), AUC: artifact.Figure(all.AUC), LogLoss: artifact.Figure(all.LogLoss),
			Brier: artifact.Figure(all.Brier), Slope: artifact.Figure(math.NaN())}
		if all.SlopeSE < widestSlope {
			f.Slope = artifact.Figure(all.Slope)
		}
		m.Folds = append(m.Folds, f)
	}
	m.AUC, m.AUCSD = overFolds(m.Folds, func(f MeasuredFold) artifact.Figure { return f.AUC })
	m.LogLoss, m.LogLossSD = overFolds(m.Folds, func(f MeasuredFold) artifact.Figure { return f.LogLoss })
	m.Brier, m.BrierSD = overFolds(m.Folds, func(f MeasuredFold) artifact.Figure { return f.Brier })
	m.Slope, m.SlopeSD = overFolds(m.Folds, func(f MeasuredFold) artifact.Figure { return f.Slope })
	return m
}

// overFolds returns mean and standard deviation of one figure of the folds.
func overFolds(folds []MeasuredFold, of func(MeasuredFold) artifact.Figure) (mean, sd artifact.Figure) {
	values := make([]float64, len(folds))
	for k, f := range folds {
		values[k] = float64(of(f))
	}
	m, s := stat.MeanStdDev(values, nil)
	return artifact.Figure(m), artifact.Figure(s)
}

// ReadFolds reads a CSV with the columns row (0-based) and fold; other columns
// are ignored. Every row of the table must have exactly one fold.
func ReadFolds(r io.Reader, name string, rows int) ([]int, error) {
	reader := csv.NewReader(r)
	header, err := reader.Read()
	if err != nil {
		return nil, problem(name, 0, "", "must hold a header with the columns row and fold", "")
	}
	rowAt, foldAt := slices.Index(header, "row"), slices.Index(header, "fold")
	if rowAt < 0 || foldAt < 0 {
		return nil, problem(name, 0, "", "must have the columns row and fold", "")
	}
	fold := make([]int, rows)
	seen := make([]bool, rows)
	for line := int64(1); ; line++ {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, problem(name, line, "", "must be a CSV row: "+err.Error(), "")
		}
		i, errRow := strconv.Atoi(record[rowAt])
		f, errFold := strconv.Atoi(record[foldAt])
		switch {
		case errRow != nil || i < 0 || i >= rows:
			return nil, problem(name, line, "row", fmt.Sprintf("must be a row of the table, 0 to %d", rows-1), record[rowAt])
		case errFold != nil:
			return nil, problem(name, line, "fold", "must be a whole number", record[foldAt])
		case seen[i]:
			return nil, problem(name, line, "row", "must occur once", record[rowAt])
		}
		fold[i], seen[i] = f, true
	}
	if i := slices.Index(seen, false); i >= 0 {
		return nil, problem(name, 0, "row", fmt.Sprintf("must cover every row of the table; row %d is missing", i), "")
	}
	return fold, nil
}

func problem(file string, row int64, column, rule, value string) error {
	return &datasets.ContractError{Total: 1, Problems: []datasets.Problem{{File: file, Row: row, Column: column, Rule: rule, Value: value}}}
}

// Probabilities returns a variant's out-of-fold probabilities of churn.
func (e *Evaluation) Probabilities(variant int) []float64 { return probabilities(e.LogOdds[variant]) }
