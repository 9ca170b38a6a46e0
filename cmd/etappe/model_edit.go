package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/serve/text/terminal"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/reading"
	"github.com/etappe/etappe/train"
)

type modelEdit struct {
	modelFlags
	dataFlags
	Table string `help:"Labelled feature table instead of --data." type:"existingfile" placeholder:"FILE"`
	labelFlags
	ID        string `name:"id" help:"Column with the account id." placeholder:"COL"`
	AsOf      string `help:"Column with the as-of date." placeholder:"COL"`
	Delimiter string `help:"Delimiter of a CSV table; default: a comma." placeholder:"CHAR"`

	Remove string `help:"Term to take out of the model, or residual." placeholder:"TERM"`
	Set    string `help:"Term whose values are set." placeholder:"TERM"`
	From   string `help:"JSON with the values, as etappe model show --json prints them: same bins." type:"existingfile" placeholder:"FILE"`
	Reason string `help:"Why, for the record." required:"" placeholder:"TEXT"`
	By     string `help:"Who, for the record." required:"" placeholder:"NAME"`
	JSON   bool   `help:"Print the report as JSON."`
}

// Validate wants one action, with what it needs.
func (c *modelEdit) Validate() error {
	switch {
	case (c.Remove == "") == (c.Set == ""):
		return errors.New("give either --remove TERM or --set TERM --from FILE")
	case (c.Set == "") != (c.From == ""):
		return errors.New("--set and --from go together")
	}
	return nil
}

// Run stores the edited model as a challenger. Labelled data judge it on the
// way; without them the gate will not let it through.
func (c *modelEdit) Run(ctx context.Context, a *app) error {
	r, entry, err := c.reading()
	if err != nil {
		return err
	}
	churn, edit, err := c.apply(r)
	if err != nil {
		return err
	}
	b := a.bars()
	defer b.close()
	d, err := c.judges(ctx, a, b, r.Catalog)
	if err != nil {
		return err
	}
	next, report, err := train.Edit(r.Artifact, churn, edit, d)
	if err != nil {
		return err
	}
	_, added, err := a.storeEdited(c.Registry, next, entry, edit)
	if err != nil {
		return err
	}
	b.close()
	c.noteRemaining(a, next.Churn, edit)
	fmt.Fprintf(a.stderr, "stored %s in %s, not promoted\n", added.Version, c.Registry)
	if c.JSON {
		if err := a.printJSON(report); err != nil {
			return err
		}
	} else {
		terminal.WriteGate(a.stdout, report)
		terminal.WriteWarnings(a.stderr, report)
	}
	return nil
}

// storeEdited adds what a person made of a stored model to a registry. It was
// learned when the model it comes from was: an edit makes nothing younger.
func (a *app) storeEdited(dir string, next *artifact.Artifact, from artifact.Entry, edit artifact.Edit) (*artifact.Registry, artifact.Entry, error) {
	registry, err := artifact.OpenRegistry(dir)
	if err != nil {
		return nil, artifact.Entry{}, err
	}
	added, err := registry.Add(next, from.TrainedAt, fmt.Sprintf("%s: %s (from %s)", a.now().UTC().Format(time.DateOnly), edit, from.Version))
	return registry, added, err
}

// apply edits the model and writes the record.
func (c *modelEdit) apply(r *reading.Reading) (churn *additive.Model, edit artifact.Edit, err error) {
	edit = artifact.Edit{Action: artifact.Removed, Reason: oneLine(c.Reason), By: oneLine(c.By)}
	if edit.Reason == "" || edit.By == "" {
		return nil, edit, fmt.Errorf("%w: --reason and --by must not be empty", datasets.ErrConfig)
	}
	if c.Set == "" {
		churn, edit.Term, err = r.Remove(c.Remove)
		return churn, edit, err
	}
	edit.Action = artifact.Set
	values, err := os.ReadFile(c.From)
	if err != nil {
		return nil, edit, fmt.Errorf("%w: %w", datasets.ErrConfig, err)
	}
	if churn, edit.Term, err = r.Set(c.Set, values, features.Signs(r.Catalog)); errors.Is(err, reading.ErrValues) {
		err = fmt.Errorf("%s: %w", c.From, err)
	}
	return churn, edit, err
}

// judges reads the labelled data by the model's own catalogue; nil where none
// are named.
func (c *modelEdit) judges(ctx context.Context, a *app, b *bars, catalog *catalog.Catalog) (*train.Data, error) {
	switch {
	case c.Data != "" && c.Table != "":
		return nil, either(c.Data, c.Table)
	case c.Table != "":
		conf, err := loadConfig(c.Config, "")
		if err != nil {
			return nil, err
		}
		values, err := c.values(conf)
		if err != nil {
			return nil, err
		}
		o := features.TableOptions(catalog, c.ID)
		o.AsOf, o.Target, o.Delimiter = c.AsOf, c.Target, c.Delimiter
		t, err := datasets.ReadTable(ctx, c.Table, o)
		if err != nil {
			return nil, err
		}
		a.noteColumns(t)
		d, err := train.FromTableAs(t, values, catalog)
		if err != nil {
			return nil, err
		}
		a.notes(d.Notes)
		return d, nil
	case c.Data != "":
		conf, tables, err := c.dataFlags.open(ctx, a)
		if err != nil {
			return nil, err
		}
		return train.FromTables(ctx, tables, catalog, conf.schedule(), b.of("features"))
	}
	return nil, nil
}

// noteRemaining prints through which terms a removed feature still acts.
func (c *modelEdit) noteRemaining(a *app, m *additive.Model, e artifact.Edit) {
	if e.Action != artifact.Removed {
		return
	}
	for _, t := range m.Terms() {
		if slices.Contains(t.Fields, e.Term) && len(t.Fields) > 1 {
			fmt.Fprintf(a.stderr, "note: %s still acts through %s\n", e.Term, additive.TermName(t.Fields))
		}
	}
	if left, _ := m.Residual(); slices.Contains(left.Fields, e.Term) {
		fmt.Fprintf(a.stderr, "note: %s still acts through the residual, which stays as it is; --remove residual takes all of it out\n", e.Term)
	}
}
