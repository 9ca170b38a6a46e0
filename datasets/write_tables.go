package datasets

import (
	"fmt"
	"math"
	"time"

	"github.com/etappe/etappe/datasets/columnar"
)

func accountColumns(t *Tables) []columnar.Column {
	n := len(t.Accounts)
	columns := []columnar.Column{
		{Name: "account_id", Strings: make([]string, n)},
		{Name: "created_at", Times: make([]time.Time, n)},
		{Name: "parent_id", Strings: make([]string, n)},
	}
	for _, attribute := range t.Attributes {
		column := columnar.Column{Name: attribute.Name}
		if attribute.Categorical {
			column.Strings = make([]string, n)
		} else {
			column.Numbers = make([]float64, n)
		}
		columns = append(columns, column)
	}
	for i := range t.Accounts {
		a := &t.Accounts[i]
		columns[0].Strings[i], columns[1].Times[i], columns[2].Strings[i] = a.ID, a.CreatedAt, a.ParentID
		for j, attribute := range t.Attributes {
			known := j < len(a.Attributes) && a.Attributes[j].Known
			switch out := &columns[3+j]; {
			case attribute.Categorical && known:
				out.Strings[i] = a.Attributes[j].Text
			case !attribute.Categorical && known:
				out.Numbers[i] = a.Attributes[j].Number
			case !attribute.Categorical:
				out.Numbers[i] = math.NaN()
			}
		}
	}
	return columns
}

// idOf returns the id of the account a row points to.
func (t *Tables) idOf(table string, row int, account int32) (string, error) {
	if account < 0 || int(account) >= len(t.Accounts) {
		return "", fmt.Errorf("write %s: row %d points to account %d of %d", table, row+1, account, len(t.Accounts))
	}
	return t.Accounts[account].ID, nil
}

func renewalColumns(t *Tables) ([]columnar.Column, error) {
	n := len(t.Renewals)
	ids, due, decided := make([]string, n), make([]time.Time, n), make([]time.Time, n)
	outcome, before, after := make([]string, n), make([]float64, n), make([]float64, n)
	for i, r := range t.Renewals {
		var err error
		if ids[i], err = t.idOf("renewals", i, r.Account); err != nil {
			return nil, err
		}
		if r.Outcome > Churned {
			return nil, fmt.Errorf("write renewals: row %d has no outcome that there is: %d", i+1, uint8(r.Outcome))
		}
		due[i], decided[i], outcome[i] = r.DueOn, r.DecidedOn, r.Outcome.String()
		before[i], after[i] = r.ARRBefore, r.ARRAfter
	}
	return []columnar.Column{
		{Name: "account_id", Strings: ids},
		{Name: "due_on", Times: due},
		{Name: "decided_on", Times: decided},
		{Name: "outcome", Strings: outcome},
		{Name: "arr_before", Numbers: before},
		{Name: "arr_after", Numbers: after},
	}, nil
}

func milestoneColumns(t *Tables) ([]columnar.Column, error) {
	n := len(t.Milestones)
	ids, names := make([]string, n), make([]string, n)
	reached, ingested := make([]time.Time, n), make([]time.Time, n)
	for i, m := range t.Milestones {
		var err error
		if ids[i], err = t.idOf("milestones", i, m.Account); err != nil {
			return nil, err
		}
		names[i], reached[i], ingested[i] = m.Name, m.ReachedAt, m.IngestedAt
	}
	return []columnar.Column{
		{Name: "account_id", Strings: ids},
		{Name: "milestone", Strings: names},
		{Name: "reached_at", Times: reached},
		{Name: "ingested_at", Times: ingested},
	}, nil
}

func interventionColumns(t *Tables) ([]columnar.Column, error) {
	n := len(t.Interventions)
	ids, kinds, owners := make([]string, n), make([]string, n), make([]string, n)
	at := make([]time.Time, n)
	for i, v := range t.Interventions {
		var err error
		if ids[i], err = t.idOf("interventions", i, v.Account); err != nil {
			return nil, err
		}
		at[i], kinds[i], owners[i] = v.At, v.Kind, v.Owner
	}
	return []columnar.Column{
		{Name: "account_id", Strings: ids},
		{Name: "at", Times: at},
		{Name: "kind", Strings: kinds},
		{Name: "owner", Strings: owners},
	}, nil
}
