package features

import (
	"context"
	"fmt"
	"strconv"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features/catalog"
)

// Build computes the catalogue's features for a list of snapshots, in one pass
// over the events, and how far each account had come along the success path.
//
// A row is read for a snapshot only if its date and its ingestion are both
// before the as-of date. The answer for a snapshot depends neither on the
// order of rows nor on the other snapshots. Memory grows with snapshots times
// event types, not with events. progress (may be nil) receives the number of
// events read so far; where the events are files, total is 0 (not known) until
// the pass is over.
//
// Errors: ErrCatalog for a catalogue that does not fit the tables,
// datasets.ErrContract for events that cannot be added up, those of Scan, and
// an error for an as-of date that is no UTC midnight.
func Build(ctx context.Context, c *catalog.Catalog, t *datasets.Tables, snapshots []Snapshot, progress func(done, total int)) (*Matrix, *Journey, error) {
	p, err := compile(c)
	if err != nil {
		return nil, nil, err
	}
	x, err := newCells(t, snapshots)
	if err != nil {
		return nil, nil, err
	}
	y := newTally(p, x)
	if err := y.scan(ctx, t.Events, progress); err != nil {
		return nil, nil, fmt.Errorf("reading the events: %w", err)
	}
	y.accumulate()
	m := &Matrix{Catalog: c, Columns: make([][]float64, len(c.Definitions))}
	for j := range c.Definitions {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		if m.Columns[j], err = y.column(&c.Definitions[j], t, snapshots); err != nil {
			return nil, nil, err
		}
	}
	return m, y.journey(t, snapshots), nil
}

// scan reads all events.
func (y *tally) scan(ctx context.Context, events datasets.Events, progress func(done, total int)) error {
	if events == nil {
		return nil
	}
	done, total := 0, 0
	if memory, ok := events.(*datasets.MemoryEvents); ok {
		for i := range memory.Batches {
			total += memory.Batches[i].Len()
		}
	}
	err := events.Scan(ctx, func(b *datasets.EventBatch) error {
		if err := y.read(b); err != nil {
			return err
		}
		if done += b.Len(); progress != nil {
			progress(done, total)
		}
		return ctx.Err()
	})
	if err == nil && progress != nil {
		progress(done, done)
	}
	return err
}

// column computes one entry for every snapshot.
func (y *tally) column(d *catalog.Definition, t *datasets.Tables, snapshots []Snapshot) ([]float64, error) {
	out := make([]float64, len(snapshots))
	switch d.Measure {
	case catalog.MeasureColumn:
		return nil, fmt.Errorf("%w: %s is a column of a feature table, not of the tables", catalog.ErrCatalog, d.Name)
	case catalog.MeasureAttribute:
		values, err := attributeValues(d, t)
		if err != nil {
			return nil, err
		}
		for i := range snapshots {
			out[i] = values[snapshots[i].Account]
		}
	case catalog.MeasureDaysToRenewal:
		for i, s := range snapshots {
			out[i] = missing
			if !s.DueOn.IsZero() {
				out[i] = float64(dayOf(s.DueOn) - dayOf(s.AsOf))
			}
		}
	case catalog.MeasureSeats:
		seats, err := y.seats(d, t)
		if err != nil {
			return nil, err
		}
		for i := range snapshots {
			out[i] = missing
			if n := seats(int(y.of[i])); n > 0 {
				out[i] = y.activeUsers(int(y.of[i])) / n
			}
		}
	default:
		value := y.measure(d)
		for i := range snapshots {
			out[i] = value(int(y.of[i]))
		}
	}
	return out, nil
}

// attributeValues returns an attribute of every account, coded by d's levels
// where it is categorical. An attribute carries no date: it is taken as it
// stands in the table.
func attributeValues(d *catalog.Definition, t *datasets.Tables) ([]float64, error) {
	at := -1
	for j := range t.Attributes {
		if t.Attributes[j].Name == d.Attribute {
			at = j
		}
	}
	if at < 0 {
		return nil, fmt.Errorf("%w: %s reads the account attribute %q, which is not in the tables", catalog.ErrCatalog, d.Name, d.Attribute)
	}
	text, index := t.Attributes[at].Categorical, codes(d.Levels)
	out := make([]float64, len(t.Accounts))
	for i := range t.Accounts {
		v := t.Accounts[i].Attributes[at]
		switch {
		case !v.Known:
			out[i] = missing
		case !d.Categorical() && text:
			x, ok := catalog.TruthNumber(v.Text)
			if ok {
				out[i] = x
				continue
			}
			return nil, fmt.Errorf("%w: %s is a number, but the account attribute %q of %q is the text %q",
				catalog.ErrCatalog, d.Name, d.Attribute, t.Accounts[i].ID, v.Text)
		case !d.Categorical():
			out[i] = v.Number
		default:
			name := v.Text
			if !text { // a code that looks like a number in this export
				name = strconv.FormatFloat(v.Number, 'g', -1, 64)
			}
			code, ok := index[name]
			if !ok {
				code = float64(len(d.Levels))
				if other, known := d.LevelCode(name); known {
					code = float64(other)
				}
			}
			out[i] = code
		}
	}
	return out, nil
}
