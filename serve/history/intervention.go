package history

import (
	"context"
	"time"
)

// Intervention is something that was done for an account: a call, a training.
type Intervention struct {
	AccountID string
	At        time.Time // kept to the microsecond
	Kind      string
	Owner     string
}

// Intervention stores an intervention; the same one again changes nothing.
func (w *Writer) Intervention(i Intervention) error {
	return w.do("write an intervention", func() error {
		for _, text := range []string{i.Kind, i.Owner} {
			if err := checkText("the text of an intervention", text); err != nil {
				return err
			}
		}
		if err := checkID(i.AccountID); err != nil {
			return err
		}
		w.buffer.name(i.AccountID)
		w.buffer.interventions = append(w.buffer.interventions, i)
		return w.flushIfFull()
	})
}

func (w *Writer) flushInterventions(states map[string]*state) error {
	for _, i := range w.buffer.interventions {
		done, err := w.exec(`INSERT INTO intervention (account, at, kind, owner) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			states[i.AccountID].key, i.At.UnixMicro(), i.Kind, i.Owner)
		if err != nil {
			return err
		}
		n, err := done.RowsAffected()
		if err != nil {
			return err
		}
		w.written.Interventions += int(n)
		w.changed = w.changed || n > 0
	}
	return nil
}

// Interventions lists what was done for an account, oldest first.
func (s *Store) Interventions(ctx context.Context, id string) ([]Intervention, error) {
	rows, err := s.read.QueryContext(ctx, s.sql(`SELECT i.at, i.kind, i.owner FROM intervention i JOIN account a ON a.k = i.account
		WHERE a.id = ? ORDER BY i.at, i.kind, i.owner`), id)
	if err != nil {
		return nil, s.failed("read interventions", err)
	}
	var list []Intervention
	err = each(rows, func(scan func(...any) error) error {
		i := Intervention{AccountID: id}
		var at int64
		err := scan(&at, &i.Kind, &i.Owner)
		i.At = time.UnixMicro(at).UTC()
		list = append(list, i)
		return err
	})
	return list, s.failed("read interventions", err)
}
