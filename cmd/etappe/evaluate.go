package main

import (
	"context"
	"fmt"
	"os"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/datasets/columnar"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/text/terminal"
	"github.com/etappe/etappe/train"
)

type evaluateCommand struct {
	tableFlags
	Folds  string  `help:"CSV with the columns row (0-based) and fold." required:"" type:"existingfile" placeholder:"FILE"`
	Config string  `help:"Configuration." type:"existingfile" placeholder:"FILE"`
	Seed   uint64  `help:"Seed." default:"1"`
	Bags   int     `help:"Bags of the additive model; default: configuration, else 8." placeholder:"N"`
	OOF    outFile `name:"oof" help:"Write every variant's out-of-fold probabilities to this CSV or Parquet file." placeholder:"FILE"`
	forceFlag
	JSON bool `help:"Print JSON."`
}

// Run cross-validates every variant.
func (c *evaluateCommand) Run(ctx context.Context, a *app) error {
	if c.Table == "" {
		return fmt.Errorf("%w: evaluate needs --table FILE", datasets.ErrConfig)
	}
	if c.JSON && c.OOF == standardOutput {
		return errTwoOutputs
	}
	if err := c.guard(c.OOF, "", c.Table, c.Folds, c.Config); err != nil {
		return err
	}
	conf, err := loadConfig(c.Config, "")
	if err != nil {
		return err
	}
	d, err := c.tableFlags.open(ctx, a, conf, "")
	if err != nil {
		return err
	}
	folds, err := c.readFolds(d)
	if err != nil {
		return err
	}
	monotone, err := conf.Features.Direct(d.Catalog)
	if err != nil {
		return err
	}
	if c.Bags != 0 {
		conf.Train.Bags = c.Bags
	}
	b := a.bars()
	defer b.close()
	began := a.now()
	e, err := train.Evaluate(ctx, d, folds, train.Options{Config: conf.Train, Monotone: monotone, Seed: c.Seed,
		Progress: b.report, Seconds: func() float64 { return a.now().Sub(began).Seconds() }})
	if err != nil {
		return about(c.Table, err)
	}
	b.close()
	if c.OOF != "" {
		if err := a.writeOOF(c.OOF, d, e); err != nil {
			return err
		}
	}
	return a.printEvaluation(e, c.JSON)
}

// readFolds reads the folds of the table's rows and keeps those of decided ones.
func (c *evaluateCommand) readFolds(d *train.Data) ([]int, error) {
	f, err := os.Open(c.Folds)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", datasets.ErrConfig, err)
	}
	defer f.Close()
	folds, err := train.ReadFolds(f, c.Folds, d.TableRows)
	if err != nil {
		return nil, err
	}
	return models.Pick(folds, d.TableRow), nil
}

// writeOOF writes row (of the table, 0-based), fold, the label and one column of probabilities a variant.
func (a *app) writeOOF(out outFile, d *train.Data, e *train.Evaluation) error {
	n := len(d.Churned)
	row, fold, label := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		row[i], fold[i] = float64(d.TableRow[i]), float64(e.Fold[i])
		if d.Churned[i] {
			label[i] = 1
		}
	}
	columns := []columnar.Column{{Name: "row", Numbers: row}, {Name: "fold", Numbers: fold}, {Name: "churned", Numbers: label}}
	for v, variant := range e.Variants {
		columns = append(columns, columnar.Column{Name: variant.Name, Numbers: e.Probabilities(v)})
	}
	return a.writeColumns(out, columns)
}

// printEvaluation shows a cross-validation.
func (a *app) printEvaluation(e *train.Evaluation, asJSON bool) error {
	if asJSON {
		return a.printJSON(e)
	}
	fmt.Fprintf(a.stdout, "%d rows, %d churned\n\n", e.Rows, e.Churned)
	t := terminal.NewTable("variant", "AUC", "log-loss", "Brier", "slope", "seconds").Right(2, 0)
	for _, v := range e.Variants {
		t.Row(v.Name, meanSD(v.AUC, v.AUCSD, 4), meanSD(v.LogLoss, v.LogLossSD, 4), meanSD(v.Brier, v.BrierSD, 4), meanSD(v.Slope, v.SlopeSD, 2), terminal.Number(v.Seconds, 1))
	}
	if err := t.Write(a.stdout); err != nil {
		return err
	}
	_, err := fmt.Fprintf(a.stdout, "\nEvery figure: the mean of %d folds, each measured by itself, ± the standard deviation between folds.\n", len(e.Variants[0].Folds))
	return err
}

// meanSD writes a mean of folds with the spread between them.
func meanSD(mean, sd artifact.Figure, decimals int) string {
	text := terminal.Number(float64(mean), decimals)
	if text == terminal.Unknown {
		return text
	}
	return text + " ± " + terminal.Number(float64(sd), decimals)
}
