package datasets

// Sources says how a team's own files map onto the tables: the data part of
// etappe.yaml. A zero Sources means files that already carry the tables' own
// names (accounts.parquet or accounts.csv[.gz], and so on) and column names.
type Sources struct {
	Accounts      *AccountSource      `yaml:"accounts,omitempty" json:"accounts,omitempty"`
	Events        []EventSource       `yaml:"events,omitempty" json:"events,omitempty"`
	Renewals      *RenewalSource      `yaml:"renewals,omitempty" json:"renewals,omitempty"`
	Milestones    *MilestoneSource    `yaml:"milestones,omitempty" json:"milestones,omitempty"`
	Interventions *InterventionSource `yaml:"interventions,omitempty" json:"interventions,omitempty"`
}

// File names a file and how it is written.
type File struct {
	Path      string   `yaml:"file" json:"file"`                               // relative to the data folder; a * matches several files
	Delimiter string   `yaml:"delimiter,omitempty" json:"delimiter,omitempty"` // CSV only; default ","
	Where     []Filter `yaml:"where,omitempty" json:"where,omitempty"`         // keep only rows that pass every filter
}

// Filter keeps a row by one of its columns. Exactly one of the tests is given.
type Filter struct {
	Column   string   `yaml:"column" json:"column"`
	Equals   *string  `yaml:"equals,omitempty" json:"equals,omitempty"`
	In       []string `yaml:"in,omitempty" json:"in,omitempty"`
	NotIn    []string `yaml:"not_in,omitempty" json:"not_in,omitempty"`
	NotEmpty bool     `yaml:"not_empty,omitempty" json:"not_empty,omitempty"`
	Min      *float64 `yaml:"min,omitempty" json:"min,omitempty"`
	Max      *float64 `yaml:"max,omitempty" json:"max,omitempty"`
}

// Column says where one field's value comes from: a column of the file or a
// constant, translated through a look-up file where one is named. In YAML a
// plain string is short for {column: string}.
type Column struct {
	Column   string  `yaml:"column,omitempty" json:"column,omitempty"`
	Constant string  `yaml:"constant,omitempty" json:"constant,omitempty"`
	Lookup   *Lookup `yaml:"lookup,omitempty" json:"lookup,omitempty"`
	// Format reads a date: a Go layout ("02.01.2006"), a strftime pattern
	// ("%d.%m.%Y"), "unix", "unix_ms", or "days since 2020-01-01". Default: ISO 8601.
	Format string `yaml:"format,omitempty" json:"format,omitempty"`
}

// Lookup translates a value (a code, a subscription) through a file.
type Lookup struct {
	File  `yaml:",inline"`
	Key   string `yaml:"key" json:"key"`     // column that holds the value to look up
	Value string `yaml:"value" json:"value"` // column that holds its translation
	// Take says which of several translations of one key counts: first, last,
	// min or max (numbers as numbers, else as text). Default: it is a problem.
	Take string `yaml:"take,omitempty" json:"take,omitempty"`
}

// AccountSource maps the accounts table.
type AccountSource struct {
	File      `yaml:",inline"`
	AccountID Column  `yaml:"account_id,omitempty" json:"account_id,omitempty"`
	CreatedAt Column  `yaml:"created_at,omitempty" json:"created_at,omitempty"`
	ParentID  *Column `yaml:"parent_id,omitempty" json:"parent_id,omitempty"`
	// Attributes maps an attribute's name to its column; nil takes every column
	// that no other field uses, an empty map takes none.
	Attributes map[string]Column `yaml:"attributes,omitempty" json:"attributes,omitempty"`
	// Categorical names attributes that look like numbers but are codes.
	Categorical []string `yaml:"categorical,omitempty" json:"categorical,omitempty"`
}

// EventSource maps one file of events. Either Type (and Value, Count) say what
// one row is, or Emit turns one row into several events.
type EventSource struct {
	File       `yaml:",inline"`
	AccountID  Column  `yaml:"account_id,omitempty" json:"account_id,omitempty"`
	At         Column  `yaml:"at,omitempty" json:"at,omitempty"`
	Type       *Column `yaml:"type,omitempty" json:"type,omitempty"`
	Value      *Column `yaml:"value,omitempty" json:"value,omitempty"`
	Count      *Column `yaml:"count,omitempty" json:"count,omitempty"` // occurrences the row stands for, in aggregated exports
	User       *Column `yaml:"user_id,omitempty" json:"user_id,omitempty"`
	IngestedAt *Column `yaml:"ingested_at,omitempty" json:"ingested_at,omitempty"`
	Emit       []Emit  `yaml:"emit,omitempty" json:"emit,omitempty"`
}

// Emit is one of several events made from one row; a row whose Value (or, with
// no Value, whose Count) is empty emits nothing.
type Emit struct {
	Type  Column  `yaml:"type" json:"type"`
	Value *Column `yaml:"value,omitempty" json:"value,omitempty"`
	Count *Column `yaml:"count,omitempty" json:"count,omitempty"`
}

// RenewalSource maps the renewals table: rows that are renewals already, or
// subscription periods from which renewals are derived (Periods not nil).
type RenewalSource struct {
	File      `yaml:",inline"`
	AccountID Column   `yaml:"account_id,omitempty" json:"account_id,omitempty"`
	DueOn     Column   `yaml:"due_on,omitempty" json:"due_on,omitempty"`
	DecidedOn *Column  `yaml:"decided_on,omitempty" json:"decided_on,omitempty"`
	Outcome   *Column  `yaml:"outcome,omitempty" json:"outcome,omitempty"`
	ARRBefore *Column  `yaml:"arr_before,omitempty" json:"arr_before,omitempty"`
	ARRAfter  *Column  `yaml:"arr_after,omitempty" json:"arr_after,omitempty"`
	Periods   *Periods `yaml:"periods,omitempty" json:"periods,omitempty"`
}

// Periods derives renewals from subscription periods. The account is renewed at
// a period's end when another of its periods starts at most GraceDays around
// it, churned when none does and the data reach to the end of the grace period,
// open otherwise. An end that a longer running period covers is no decision;
// the comment of deriveRenewals says why and how. Name base products in Where
// when add-ons would blur what the contract is.
type Periods struct {
	Start     Column  `yaml:"start" json:"start"`
	End       Column  `yaml:"end" json:"end"`                                   // empty: still running, so nothing is due
	Amount    *Column `yaml:"amount,omitempty" json:"amount,omitempty"`         // revenue per AmountPer, summed over the periods that run together
	AmountPer string  `yaml:"amount_per,omitempty" json:"amount_per,omitempty"` // month (default), year or period
	GraceDays int     `yaml:"grace_days,omitempty" json:"grace_days,omitempty"`
	// Until is the last day the export knows about; default: the latest start
	// of any period.
	Until string `yaml:"until,omitempty" json:"until,omitempty"`
}

// MilestoneSource maps the milestones table.
type MilestoneSource struct {
	File       `yaml:",inline"`
	AccountID  Column  `yaml:"account_id,omitempty" json:"account_id,omitempty"`
	Milestone  Column  `yaml:"milestone,omitempty" json:"milestone,omitempty"`
	ReachedAt  Column  `yaml:"reached_at,omitempty" json:"reached_at,omitempty"`
	IngestedAt *Column `yaml:"ingested_at,omitempty" json:"ingested_at,omitempty"`
}

// InterventionSource maps the interventions table.
type InterventionSource struct {
	File      `yaml:",inline"`
	AccountID Column  `yaml:"account_id,omitempty" json:"account_id,omitempty"`
	At        Column  `yaml:"at,omitempty" json:"at,omitempty"`
	Kind      Column  `yaml:"kind,omitempty" json:"kind,omitempty"`
	Owner     *Column `yaml:"owner,omitempty" json:"owner,omitempty"`
}
