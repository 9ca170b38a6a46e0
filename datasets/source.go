package datasets

// Sources describes how a team's own files map onto the tables: the data part of
// etappe.yaml. A zero Sources means files that already carry the tables' own
// names (accounts.parquet or accounts.csv[.gz], and so on) and column names.
type Sources struct {
	Accounts      *AccountSource      `yaml:"accounts,omitempty" json:"accounts,omitempty" jsonschema_description:"one row per account; default: accounts.parquet, .csv or .csv.gz"`
	Events        []EventSource       `yaml:"events,omitempty" json:"events,omitempty" jsonschema_description:"what accounts and their users do, what they answer and pay; default: events*.parquet, .csv or .csv.gz"`
	Renewals      *RenewalSource      `yaml:"renewals,omitempty" json:"renewals,omitempty" jsonschema_description:"contract decisions, or the subscription periods from which they are derived; default: renewals.parquet, .csv or .csv.gz"`
	Milestones    *MilestoneSource    `yaml:"milestones,omitempty" json:"milestones,omitempty" jsonschema_description:"steps of the success path; default: milestones.parquet, .csv or .csv.gz, which may be absent"`
	Interventions *InterventionSource `yaml:"interventions,omitempty" json:"interventions,omitempty" jsonschema_description:"what the team did: calls, trainings; default: interventions.parquet, .csv or .csv.gz, which may be absent"`
}

// File names a file and how it is written.
type File struct {
	Path      string   `yaml:"file,omitempty" json:"file,omitempty" jsonschema_description:"path of the file, relative to the data folder; a * matches several files with the same columns"`
	Files     []string `yaml:"files,omitempty" json:"files,omitempty" jsonschema_description:"several paths with the same columns, in the place of file"`
	Delimiter string   `yaml:"delimiter,omitempty" json:"delimiter,omitempty" jsonschema_description:"what separates the values of a CSV file: one character, tab, or blanks (runs of them); default: a comma, in a .tsv file a tab"`
	Columns   []string `yaml:"columns,omitempty" json:"columns,omitempty" jsonschema_description:"names of the columns of a CSV file that has no header, in order; default: the first line has them"`
	// Default is that nobody named the file: it has its table's own name, and then its
	// columns may be fewer than another's.
	Default bool     `yaml:"-" json:"-"`
	SkipBad *SkipBad `yaml:"skip_bad_rows,omitempty" json:"skip_bad_rows,omitempty" jsonschema_description:"leaves rows that break a rule out, instead of refusing the file, as long as they are few; each is listed in a warning"`
	Where   []Filter `yaml:"where,omitempty" json:"where,omitempty" jsonschema_description:"filters; a row is kept when it passes all of them"`
}

// SkipBad bounds the rows of a file that may be left out.
type SkipBad struct {
	AtMost string `yaml:"at_most" json:"at_most" jsonschema_description:"largest share of the rows that may be left out: 1 %"`
}

// Filter keeps a row by one of its columns, or by one of several filters. Exactly
// one of the tests is given, or Any.
type Filter struct {
	Column       string   `yaml:"column,omitempty" json:"column,omitempty" jsonschema_description:"column of the file whose value is compared"`
	Equals       *string  `yaml:"equals,omitempty" json:"equals,omitempty" jsonschema_description:"keep the row when the value is this text"`
	In           []string `yaml:"in,omitempty" json:"in,omitempty" jsonschema_description:"keep the row when the value is one of these texts"`
	NotIn        []string `yaml:"not_in,omitempty" json:"not_in,omitempty" jsonschema_description:"keep the row when the value is none of these texts"`
	NotEmpty     bool     `yaml:"not_empty,omitempty" json:"not_empty,omitempty" jsonschema_description:"true: keep the row when the column has a value"`
	Min          *float64 `yaml:"min,omitempty" json:"min,omitempty" jsonschema_description:"keep the row when the value is a number, and at least this"`
	Max          *float64 `yaml:"max,omitempty" json:"max,omitempty" jsonschema_description:"keep the row when the value is a number, and at most this"`
	EqualsColumn string   `yaml:"equals_column,omitempty" json:"equals_column,omitempty" jsonschema_description:"keep the row when the value is that of this other column"`
	Any          []Filter `yaml:"any,omitempty" json:"any,omitempty" jsonschema_description:"alternatives, in the place of column and its test: keep the row when it passes one of these filters"`
}

// Column describes where one field's value comes from: a column of the file or a
// constant, translated through a look-up file where one is named. In YAML a
// plain string is short for {column: string}.
type Column struct {
	Column   string            `yaml:"column,omitempty" json:"column,omitempty" jsonschema_description:"name of a column of the file"`
	Columns  []string          `yaml:"columns,omitempty" json:"columns,omitempty" jsonschema_description:"several columns in the place of column, whose values together are one: an id made of them, joined by a slash; missing where one is"`
	Constant string            `yaml:"constant,omitempty" json:"constant,omitempty" jsonschema_description:"one text that stands in every row, in the place of a column"`
	Lookup   *Lookup           `yaml:"lookup,omitempty" json:"lookup,omitempty" jsonschema_description:"a file through which the value is translated"`
	Format   string            `yaml:"format,omitempty" json:"format,omitempty" jsonschema_description:"how the column writes dates: a strftime pattern (%d.%m.%Y), a Go layout (02.01.2006), unix, unix_ms, or days since 2020-01-01; default: ISO 8601"`
	Timezone string            `yaml:"timezone,omitempty" json:"timezone,omitempty" jsonschema_description:"time zone of times that are written without one (Europe/Berlin); dates without a time stay as they are; default: UTC"`
	Decimal  string            `yaml:"decimal,omitempty" json:"decimal,omitempty" jsonschema:"enum=.,enum=\\," jsonschema_description:"what stands before the fraction of numbers, a point or a comma; then thousands, currencies, percent, (5) and 5- for -5 are read too; default: numbers such as 1234.5, and in attributes what the data show"`
	Missing  []string          `yaml:"missing,omitempty" json:"missing,omitempty" jsonschema_description:"words of the column that stand for a missing value: [NA, -]"`
	Map      map[string]string `yaml:"map,omitempty" json:"map,omitempty" jsonschema_description:"translations of single values, before the look-up: {yes: churned, no: renewed}; other values stay"`
}

// Lookup translates a value (a code, a subscription) through a file.
type Lookup struct {
	File  `yaml:",inline"`
	Key   string `yaml:"key" json:"key" jsonschema_description:"column of that file in which the value is looked up"`
	Value string `yaml:"value" json:"value" jsonschema_description:"column of that file with the translation"`
	Take  string `yaml:"take,omitempty" json:"take,omitempty" jsonschema_description:"which of several translations of one key counts: first, last, min or max (numbers as numbers, else as text); default: several are an error"`
}

// AccountSource maps the accounts table.
type AccountSource struct {
	File        `yaml:",inline"`
	AccountID   Column            `yaml:"account_id,omitempty" json:"account_id,omitempty" jsonschema_description:"the id of the account, once in the file; default: the column account_id"`
	CreatedAt   Column            `yaml:"created_at,omitempty" json:"created_at,omitempty" jsonschema_description:"when the account became a customer; default: the column created_at"`
	ParentID    *Column           `yaml:"parent_id,omitempty" json:"parent_id,omitempty" jsonschema_description:"the id of the account that this one belongs to; default: the column parent_id, if there is one"`
	Attributes  map[string]Column `yaml:"attributes,omitempty" json:"attributes,omitempty" jsonschema_description:"attributes by name, each with its column; default: every column that no other field uses; {}: none"`
	Categorical []string          `yaml:"categorical,omitempty" json:"categorical,omitempty" jsonschema_description:"attributes whose numbers are codes (a zip code, an industry number), not amounts"`
}

// EventSource maps one file of events. Either Type (with Value, Count) is what
// one row is, or Emit turns one row into several events.
type EventSource struct {
	File       `yaml:",inline"`
	AccountID  Column  `yaml:"account_id,omitempty" json:"account_id,omitempty" jsonschema_description:"the account; default: the column account_id"`
	At         Column  `yaml:"at,omitempty" json:"at,omitempty" jsonschema_description:"when it happened; default: the column at"`
	Type       *Column `yaml:"type,omitempty" json:"type,omitempty" jsonschema_description:"what happened; default: the column type"`
	Value      *Column `yaml:"value,omitempty" json:"value,omitempty" jsonschema_description:"a number that the event carries (a rating, an amount); default: the column value, if there is one"`
	Count      *Column `yaml:"count,omitempty" json:"count,omitempty" jsonschema_description:"how many occurrences the row stands for, in aggregated exports; 0 is no event; default: the column count, else 1"`
	User       *Column `yaml:"user_id,omitempty" json:"user_id,omitempty" jsonschema_description:"who did it; default: the column user_id, if there is one"`
	IngestedAt *Column `yaml:"ingested_at,omitempty" json:"ingested_at,omitempty" jsonschema_description:"when the row became known; default: the column ingested_at, else at once"`
	// Ranges are the least and the largest value by event type; a value outside is a
	// broken rule.
	Ranges map[string][]float64 `yaml:"ranges,omitempty" json:"ranges,omitempty" jsonschema_description:"least and largest value by event type, {nps: [0, 10], csat: [1, 5]}: a row outside is refused; default: values outside the usual scale of nps (0 to 10), csat and stars (1 to 5) and ces (1 to 7) are a warning"`
	Emit   []Emit               `yaml:"emit,omitempty" json:"emit,omitempty" jsonschema_description:"several events made of one row; then type, value and count stand here and not beside it"`
}

// Emit is one of several events made from one row; a row whose Value (or, with
// no Value, whose Count) is empty emits nothing.
type Emit struct {
	Type  Column  `yaml:"type" json:"type" jsonschema_description:"the type of the event, a constant as a rule"`
	Value *Column `yaml:"value,omitempty" json:"value,omitempty" jsonschema_description:"a number that the event carries; a row where it is empty makes no such event"`
	Count *Column `yaml:"count,omitempty" json:"count,omitempty" jsonschema_description:"how many occurrences the row stands for; without a value, a row where it is empty makes no such event"`
}

// RenewalSource maps the renewals table: rows that are renewals already, or
// subscription periods from which renewals are derived (Periods not nil).
type RenewalSource struct {
	File      `yaml:",inline"`
	AccountID Column   `yaml:"account_id,omitempty" json:"account_id,omitempty" jsonschema_description:"the account; default: the column account_id"`
	DueOn     Column   `yaml:"due_on,omitempty" json:"due_on,omitempty" jsonschema_description:"the day on which the contract comes up for renewal; default: the column due_on"`
	DecidedOn *Column  `yaml:"decided_on,omitempty" json:"decided_on,omitempty" jsonschema_description:"the day of the decision; default: the column decided_on, else the due date"`
	Outcome   *Column  `yaml:"outcome,omitempty" json:"outcome,omitempty" jsonschema_description:"renewed, churned or open (empty: open); default: the column outcome"`
	ARRBefore *Column  `yaml:"arr_before,omitempty" json:"arr_before,omitempty" jsonschema_description:"recurring revenue a year before the decision; default: the column arr_before, if there is one"`
	ARRAfter  *Column  `yaml:"arr_after,omitempty" json:"arr_after,omitempty" jsonschema_description:"recurring revenue a year after the decision; default: the column arr_after, if there is one"`
	Currency  *Column  `yaml:"currency,omitempty" json:"currency,omitempty" jsonschema_description:"the currency of the amounts, which are never converted; default: the column currency, if there is one"`
	Periods   *Periods `yaml:"periods,omitempty" json:"periods,omitempty" jsonschema_description:"derives the renewals from subscription periods: each row of the file is one period"`
	// Inactivity derives the renewals from events, without a file.
	Inactivity *Inactivity `yaml:"inactivity,omitempty" json:"inactivity,omitempty" jsonschema_description:"derives the renewals from events, for business without contracts (purchases); then no file is given"`
}

// Inactivity derives renewals from events where there are no contracts: an
// account is due every After from its first event of the types, renewed when
// such an event happened within the After before the due day, churned when none
// did.
type Inactivity struct {
	After string   `yaml:"after" json:"after" jsonschema_description:"days without an event after which an account has lapsed: 90 days"`
	Of    []string `yaml:"of,omitempty" json:"of,omitempty" jsonschema_description:"event types that count as activity; default: all"`
	Until string   `yaml:"until,omitempty" json:"until,omitempty" jsonschema_description:"last day that the events cover, 2006-01-02; default: the day of the last event"`
}

// Periods derives renewals from subscription periods. The account is renewed at
// a period's end when another of its periods starts at most GraceDays around
// it, churned when none does and the data reach to the end of the grace period,
// open otherwise. An end that a longer running period covers is no decision;
// the comment of deriveRenewals has the rule. Name base products in Where
// when add-ons would blur what the contract is.
type Periods struct {
	Start     Column  `yaml:"start" json:"start" jsonschema_description:"first day of the period"`
	End       Column  `yaml:"end" json:"end" jsonschema_description:"day from which the period no longer runs, or its last day (last_day); empty: it still runs, and nothing is due unless every is given"`
	Amount    *Column `yaml:"amount,omitempty" json:"amount,omitempty" jsonschema_description:"revenue of the period, added up over the periods that run together; default: not known"`
	AmountPer string  `yaml:"amount_per,omitempty" json:"amount_per,omitempty" jsonschema_description:"what the amount is for: month, year or period (the whole of it); default: month"`
	LastDay   *bool   `yaml:"last_day,omitempty" json:"last_day,omitempty" jsonschema_description:"whether end names the last day of the period (true) or the day after it (false); default: found in the data where grace_days is not given"`
	GraceDays *int    `yaml:"grace_days,omitempty" json:"grace_days,omitempty" jsonschema_description:"days around an end within which the start of the next period counts as a renewal; default: 0, after ends that name the last day of a period were moved to the day after"`
	Trial     bool    `yaml:"trial,omitempty" json:"trial,omitempty" jsonschema_description:"true: an account's first period is a trial where its amount is 0, and its end is no renewal; default: false"`
	Every     string  `yaml:"every,omitempty" json:"every,omitempty" jsonschema_description:"for subscriptions that run until they are cancelled: month, quarter, year or a number of days (30 days) after which one comes up for renewal; an anniversary on which it still runs is a renewal"`
	Until     string  `yaml:"until,omitempty" json:"until,omitempty" jsonschema_description:"last day that the export covers, 2006-01-02; an end after which no period follows by then is not decided; default: the latest start of a period that lies neither in the future nor after all other dates of the data"`
}

// MilestoneSource maps the milestones table.
type MilestoneSource struct {
	File       `yaml:",inline"`
	AccountID  Column  `yaml:"account_id,omitempty" json:"account_id,omitempty" jsonschema_description:"the account; default: the column account_id"`
	Milestone  Column  `yaml:"milestone,omitempty" json:"milestone,omitempty" jsonschema_description:"the name of the step; default: the column milestone"`
	ReachedAt  Column  `yaml:"reached_at,omitempty" json:"reached_at,omitempty" jsonschema_description:"when the account reached it; of several the earliest counts; default: the column reached_at"`
	IngestedAt *Column `yaml:"ingested_at,omitempty" json:"ingested_at,omitempty" jsonschema_description:"when the row became known; default: the column ingested_at, else at once"`
}

// InterventionSource maps the interventions table.
type InterventionSource struct {
	File      `yaml:",inline"`
	AccountID Column  `yaml:"account_id,omitempty" json:"account_id,omitempty" jsonschema_description:"the account; default: the column account_id"`
	At        Column  `yaml:"at,omitempty" json:"at,omitempty" jsonschema_description:"when it was; default: the column at"`
	Kind      Column  `yaml:"kind,omitempty" json:"kind,omitempty" jsonschema_description:"what was done: call, training …; default: the column kind"`
	Owner     *Column `yaml:"owner,omitempty" json:"owner,omitempty" jsonschema_description:"who did it; default: the column owner, if there is one"`
}
