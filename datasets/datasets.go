// Package datasets is the front door: it defines the tables, reads them
// from a team's own files, checks them, and writes them back.
//
// In come Parquet and CSV files (also .gz), mapped by etappe.yaml; out go
// Tables: accounts, renewals, interventions and milestones in memory, events as
// a stream that can be read again. It refuses rows that break the contract with
// one error that names file, row, column and rule. It has no label, no
// feature and no clock: the caller passes the present time in.
package datasets

import (
	"context"
	"math"
	"time"
)

// Outcome is how a renewal was decided.
type Outcome uint8

// The outcomes of a renewal. An open renewal is censored: never a negative.
const (
	Open Outcome = iota
	Renewed
	Churned
)

// String returns the word used in files: open, renewed or churned.
func (o Outcome) String() string { return [...]string{"open", "renewed", "churned"}[o] }

// Account is one account of the team's product.
type Account struct {
	ID        string
	CreatedAt time.Time // UTC
	ParentID  string    // "" when the account has none
	// Attributes holds one value per entry of Tables.Attributes, in that order.
	Attributes []Value
}

// Attribute describes one attribute column of the accounts table.
type Attribute struct {
	Name string
	// Categorical is true for a column of names (plan, region), false for one of numbers (seats).
	Categorical bool
}

// Value is one attribute of an account: a number, a level's name, or missing.
// The zero Value is missing.
type Value struct {
	Number float64 // meaningful for a numeric attribute
	Text   string  // meaningful for a categorical attribute
	Known  bool    // false: missing
}

// Renewal is a dated contract decision. Account indexes Tables.Accounts.
type Renewal struct {
	Account   int32
	DueOn     time.Time // UTC midnight
	StartedOn time.Time // when the contract that comes up began; zero where the source has no periods
	DecidedOn time.Time // zero while open; equals DueOn when the source has no such column
	Outcome   Outcome
	ARRBefore float64 // currency per year; NaN when unknown
	ARRAfter  float64 // currency per year; NaN when unknown
}

// Milestone is a step of the success path that an account reached.
// Account indexes Tables.Accounts.
type Milestone struct {
	Account    int32
	Name       string
	ReachedAt  time.Time
	IngestedAt time.Time // equals ReachedAt when the source has no such column
}

// Intervention is something the team did: a call, a training.
// Account indexes Tables.Accounts.
type Intervention struct {
	Account int32
	At      time.Time
	Kind    string
	Owner   string // "" when unknown
}

// EventBatch is a run of events in columns of equal length. A batch is only
// valid during the call that hands it out: its slices are used again.
type EventBatch struct {
	// Types is the dictionary that Type indexes. Within one Scan it only grows,
	// so an index keeps its meaning from batch to batch.
	Types      []string
	Account    []int32   // index into Tables.Accounts
	Type       []uint16  // index into Types
	At         []int64   // Unix seconds, UTC
	IngestedAt []int64   // Unix seconds, UTC; equals At when the source has no such column
	Value      []float64 // NaN: the event carries no value
	Count      []float64 // how many occurrences the row stands for; 1 unless the source is aggregated
	User       []uint64  // hash of the user's id, never 0 for a known one; 0: no user named
}

// Len returns the number of events in the batch.
func (b *EventBatch) Len() int { return len(b.At) }

// Events is a stream of events that can be read more than once, in the order
// of its files (not sorted by account or time).
type Events interface {
	// Scan hands every batch to yield, in order, and stops at the first error.
	// Rows that break the contract end the scan with a *ContractError after
	// the last batch; yield has then seen only the rows that were good.
	Scan(ctx context.Context, yield func(*EventBatch) error) error
}

// Tables is a team's data, read and checked.
type Tables struct {
	Accounts      []Account
	Attributes    []Attribute
	Renewals      []Renewal
	Milestones    []Milestone
	Interventions []Intervention
	Events        Events
	Labels        Labels   // how the outcomes of the renewals came about
	Notes         []string // sentences on columns that were read in another way than plainly
	// Warnings counts what is odd but allowed, by rule (for example
	// "event before its account existed"). Event rules are filled in by Scan.
	Warnings map[string]int
}

// AccountIndex returns the position of every account id in t.Accounts.
func (t *Tables) AccountIndex() map[string]int32 {
	index := make(map[string]int32, len(t.Accounts))
	for i := range t.Accounts {
		index[t.Accounts[i].ID] = int32(i)
	}
	return index
}

// MemoryEvents is an Events held in memory, for the simulated world and tests.
type MemoryEvents struct {
	Batches []EventBatch
}

// Scan hands out the batches in order.
func (m *MemoryEvents) Scan(ctx context.Context, yield func(*EventBatch) error) error {
	for i := range m.Batches {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := yield(&m.Batches[i]); err != nil {
			return err
		}
	}
	return nil
}

// Append adds one event. It keeps a single dictionary over all batches and
// starts a new batch every 65,536 events. A count of 0 stands for 1.
func (m *MemoryEvents) Append(account int32, kind string, at, ingestedAt time.Time, value, count float64, user uint64) {
	const size = 1 << 16
	if n := len(m.Batches); n == 0 || m.Batches[n-1].Len() >= size {
		var types []string
		if n > 0 {
			types = m.Batches[n-1].Types
		}
		m.Batches = append(m.Batches, EventBatch{Types: types})
	}
	b := &m.Batches[len(m.Batches)-1]
	code := -1
	for i, name := range b.Types {
		if name == kind {
			code = i
			break
		}
	}
	if code < 0 {
		code = len(b.Types)
		b.Types = append(b.Types[:code:code], kind)
	}
	if count == 0 {
		count = 1
	}
	b.Account = append(b.Account, account)
	b.Type = append(b.Type, uint16(code))
	b.At = append(b.At, at.Unix())
	b.IngestedAt = append(b.IngestedAt, ingestedAt.Unix())
	b.Value = append(b.Value, value)
	b.Count = append(b.Count, count)
	b.User = append(b.User, user)
}

// NoValue is the value of an event that carries none.
var NoValue = math.NaN()
