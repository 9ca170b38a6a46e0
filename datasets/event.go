package datasets

import (
	"context"
	"fmt"
	"maps"
	"math"
	"sync"

	"github.com/etappe/etappe/datasets/columnar"
)

// The largest value and count of an event: sums over all rows that there may be
// stay finite and exact.
const (
	MaxValue = 1e290
	MaxCount = 1 << 31
)

// maxTypes is how many event types EventBatch.Type can hold.
const maxTypes = math.MaxUint16

// fileEvents is an Events that reads its files again on every Scan.
type fileEvents struct {
	sources  []EventSource
	loader   loader // its tables are shared, its problems are not
	limit    int
	accounts []Account
	mu       sync.Mutex // guards warnings
	warnings map[string]int
}

// openEvents checks that every file of events can be opened and has the
// columns it should, and reads the look-ups.
func (l *loader) openEvents(sources []EventSource, limit int, t *Tables) error {
	for i := range sources {
		if err := sources[i].check(); err != nil {
			return err
		}
		paths, err := sources[i].resolve(l.dir)
		if err != nil {
			return err
		}
		var like headerOf
		for _, path := range paths {
			if err := l.collect(l.openEventFile(path, &sources[i], &like)); err != nil {
				return err
			}
		}
	}
	t.Events = &fileEvents{sources: sources, loader: *l, limit: limit, accounts: t.Accounts, warnings: t.Warnings}
	return nil
}

// openEventFile binds the fields of one file, as of the files before it, and reads no
// row.
func (l *loader) openEventFile(path string, source *EventSource, like *headerOf) error {
	in, err := l.open(path, source.File)
	if err != nil {
		return err
	}
	defer in.rows.Close()
	if in.nothing() {
		return nil
	}
	if _, err = (&eventReader{loader: l, source: source}).bind(in); err != nil {
		return err
	}
	like.check(in, &source.File)
	return nil
}

// check refuses a source with two definitions of what a row is.
func (s *EventSource) check() error {
	if len(s.Emit) > 0 && (s.Type != nil || s.Value != nil || s.Count != nil) {
		return fmt.Errorf("%w: events from %s: type, value and count stand either in the source or in its emit list, not in both", ErrConfig, s.label())
	}
	return s.checkRanges()
}

// Scan reads the files in order.
func (e *fileEvents) Scan(ctx context.Context, yield func(*EventBatch) error) error {
	l := e.loader
	l.ctx, l.problems, l.warnings = ctx, &columnar.Problems{Limit: e.limit}, map[string]int{}
	reader := &eventReader{loader: &l, yield: yield, codes: map[string]int32{}, counted: map[string]*rangeCount{}, declared: map[string]bool{}, created: make([]int64, len(e.accounts))}
	for i := range e.accounts {
		reader.created[i] = midnight(e.accounts[i].CreatedAt).Unix()
	}
	for i := range e.sources {
		reader.source, reader.ranges = &e.sources[i], nil
		if err := l.readTable(reader.source.File, true, reader.bind); err != nil {
			return err
		}
	}
	if reader.early > 0 {
		l.warnings[warnEarlyEvent] = reader.early
	}
	reader.countRanges(e.sources)
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.warnings, warnEarlyEvent)
	maps.Copy(e.warnings, l.warnings)
	return l.problems.Err()
}

// eventReader turns rows into batches of events.
type eventReader struct {
	*loader
	source  *EventSource
	yield   func(*EventBatch) error
	codes   map[string]int32 // of the types
	created []int64          // per account: the day it was created, Unix seconds
	early   int              // events before their account existed
	batch   EventBatch
	ranges  []valueRange // [code of the type] of the source that is read
	counted map[string]*rangeCount
	// declared are the types with rows whose range the source names.
	declared map[string]bool
}

// eventFields are the bound columns of one file of events.
type eventFields struct {
	account *codedField[int32]
	at      *timeReader
	late    *timeReader // the ingestion
	user    *codedField[uint64]
	emits   []emitFields
}

// emitFields describe what one event of a row is.
type emitFields struct {
	kind         *codedField[int32]
	value, count field
	skip         *field // a row where this is empty emits nothing; nil: every row emits
}

func (r *eventReader) bind(in *input) (func(*columnar.Block, []int) error, error) {
	var account, at, late, user field
	err := firstError(
		in.bindTo(&account, &r.source.AccountID, "account_id", true),
		in.bindTo(&at, &r.source.At, "at", true),
		in.bindTo(&late, r.source.IngestedAt, "ingested_at", false),
		in.bindTo(&user, r.source.User, "user_id", false),
	)
	if err != nil {
		return nil, err
	}
	f := &eventFields{
		account: newCodedField(account, r.accountCode),
		at:      newTimeReader(at, past(r.now)),
		late:    newTimeReader(late, past(r.now)),
		user:    newCodedField(user, hashUser),
	}
	if f.emits, err = r.bindEmits(in); err != nil {
		return nil, err
	}
	return func(b *columnar.Block, keep []int) error { return r.read(b, keep, f) }, nil
}

// bindEmits binds what a row's events are: one, or those of the emit list.
func (r *eventReader) bindEmits(in *input) ([]emitFields, error) {
	if len(r.source.Emit) == 0 {
		var kind Column
		if r.source.Type != nil {
			kind = *r.source.Type
		}
		var one emitFields
		var name field
		err := firstError(
			in.bindTo(&name, &kind, "type", true),
			in.bindTo(&one.value, r.source.Value, "value", false),
			in.bindTo(&one.count, r.source.Count, "count", false),
		)
		one.kind = newCodedField(name, r.typeCode)
		return []emitFields{one}, err
	}
	emits := make([]emitFields, len(r.source.Emit))
	for i, spec := range r.source.Emit {
		e := &emits[i]
		var name field
		if err := in.bindTo(&name, &spec.Type, "type", true); err != nil {
			return nil, err
		}
		e.kind = newCodedField(name, r.typeCode)
		if spec.Count != nil {
			if err := in.bindTo(&e.count, spec.Count, "count", true); err != nil {
				return nil, err
			}
			e.skip = &e.count
		}
		if spec.Value != nil {
			if err := in.bindTo(&e.value, spec.Value, "value", true); err != nil {
				return nil, err
			}
			e.skip = &e.value
		}
	}
	return emits, nil
}

// accountCode finds an account's index.
func (r *eventReader) accountCode(id string) (int32, string) {
	index, ok := r.index[id]
	if !ok {
		return 0, unknownAccount
	}
	return index, ""
}

// typeCode finds or adds an event type.
func (r *eventReader) typeCode(name string) (int32, string) {
	code, ok := r.codes[name]
	if !ok {
		if len(r.batch.Types) >= maxTypes {
			return 0, fmt.Sprintf("is one event type too many: there may be %d (is the column an id?)", maxTypes)
		}
		code = int32(len(r.batch.Types))
		r.codes[name] = code
		r.batch.Types = append(r.batch.Types, name)
	}
	return code, ""
}

// hashUser is FNV-1a of the user's id as text, 64 bits, never 0.
func hashUser(id string) (uint64, string) {
	hash := uint64(14695981039346656037)
	for i := range len(id) {
		hash = (hash ^ uint64(id[i])) * 1099511628211
	}
	return max(hash, 1), ""
}

// read turns the kept rows of a block into one batch.
func (r *eventReader) read(b *columnar.Block, keep []int, f *eventFields) error {
	batch := &r.batch
	batch.Account, batch.Type, batch.User = batch.Account[:0], batch.Type[:0], batch.User[:0]
	batch.At, batch.IngestedAt = batch.At[:0], batch.IngestedAt[:0]
	batch.Value, batch.Count = batch.Value[:0], batch.Count[:0]
	for _, i := range keep {
		account, ok := f.account.must(b, i)
		if !ok {
			continue
		}
		at, ok := f.at.must(b, i)
		if !ok {
			continue
		}
		late, known, ok := f.late.at(b, i)
		if !ok {
			continue
		}
		if !known {
			late = at
			if f.late.field.bound {
				r.warnings[warnNotIngested]++
			}
		}
		user, _, ok := f.user.at(b, i)
		if !ok {
			continue
		}
		for e := range f.emits {
			r.emit(b, i, &f.emits[e], account, at, late, user)
		}
	}
	if batch.Len() == 0 {
		return nil
	}
	return r.yield(batch)
}

// emit appends one event of row i, unless it has no value or a rule is
// broken. A count of 0 is no event.
func (r *eventReader) emit(b *columnar.Block, i int, f *emitFields, account int32, at, late int64, user uint64) {
	if f.skip != nil && f.skip.absent(b, i) {
		return
	}
	kind, ok := f.kind.must(b, i)
	if !ok {
		return
	}
	value, ok := f.value.number(b, i)
	if !ok {
		return
	}
	if math.Abs(value) > MaxValue {
		f.value.problem(b, i, "is a value beyond 1e290, of which no mean can be made")
		return
	}
	if int(kind) >= len(r.ranges) {
		r.boundTypes()
	}
	if bound := &r.ranges[kind]; bound.outside(value) {
		if bound.counts == nil {
			f.value.problem(b, i, bound.rule)
			return
		}
		bound.counts.note(f.value.in.name, b.Number(i), value)
	}
	count, ok := f.count.number(b, i)
	switch {
	case !ok || count == 0:
		return
	case count < 0:
		f.count.problem(b, i, "is a count below 0")
		return
	case count > MaxCount:
		f.count.problem(b, i, fmt.Sprintf("is a count above %d", int64(MaxCount)))
		return
	case math.IsNaN(count):
		count = 1
	}
	if at < r.created[account] {
		r.early++
	}
	batch := &r.batch
	batch.Account = append(batch.Account, account)
	batch.Type = append(batch.Type, uint16(kind))
	batch.At = append(batch.At, at)
	batch.IngestedAt = append(batch.IngestedAt, late)
	batch.Value = append(batch.Value, value)
	batch.Count = append(batch.Count, count)
	batch.User = append(batch.User, user)
}
