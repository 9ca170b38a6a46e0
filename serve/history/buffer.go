package history

import "fmt"

// chunkRows is how many snapshots are written at once: enough that the cost of
// a statement is shared, few enough for the databases' limits on parameters.
const chunkRows = 256

// buffer is what a Writer has been given and not yet written.
type buffer struct {
	ids           []string // of all below, each once, in the order in which they came
	seen          map[string]bool
	accounts      map[string]*Account // the last of each id
	snapshots     []bufferedSnapshot
	pairs         map[pair]bool // that snapshots holds
	interventions []Intervention
}

// pair is what at most one buffer snapshot may have: two models at one date
// are written one after the other.
type pair struct {
	id string
	at day
}

// bufferedSnapshot is a snapshot as a row of the table.
type bufferedSnapshot struct {
	pair
	model     int64
	answer    answer
	record    []byte
	displayed int64 // dictionary id of the band that is displayed, once it is written
}

func (p *buffer) reset() {
	*p = buffer{
		ids: p.ids[:0], seen: map[string]bool{},
		accounts: map[string]*Account{}, pairs: map[pair]bool{},
		snapshots: p.snapshots[:0], interventions: p.interventions[:0],
	}
}

// name adds an id of something in the buffer.
func (p *buffer) name(id string) {
	if !p.seen[id] {
		p.seen[id] = true
		p.ids = append(p.ids, id)
	}
}

func (p *buffer) full() bool {
	return len(p.ids) >= chunkRows || len(p.snapshots) >= chunkRows || len(p.interventions) >= chunkRows
}

// flushIfFull writes what is buffer once there is enough of it.
func (w *Writer) flushIfFull() error {
	if !w.buffer.full() {
		return nil
	}
	return w.flush()
}

// Account stores what is known of an account beside its score, at its date AsOf; what
// was known of that date is replaced as a whole.
func (w *Writer) Account(a Account) error {
	return w.do("write an account", func() error {
		if err := a.validate(); err != nil {
			return err
		}
		if other := w.buffer.accounts[a.ID]; other != nil && !other.AsOf.Equal(a.AsOf) {
			if err := w.flush(); err != nil {
				return err
			}
		}
		w.buffer.name(a.ID)
		w.buffer.accounts[a.ID] = &a
		return w.flushIfFull()
	})
}

// Snapshot stores an answer. One with the same key is replaced where it
// differs. Of several models at one date the one written last is the latest
// answer, also where it was there before.
func (w *Writer) Snapshot(sn *Snapshot) error {
	return w.do("write a snapshot", func() error {
		if err := sn.validate(); err != nil {
			return err
		}
		at, err := midnight(sn.AsOf)
		if err != nil {
			return fmt.Errorf("account %q: %w", sn.AccountID, err)
		}
		model, err := w.answering(sn)
		if err != nil {
			return err
		}
		record, err := appendRecord(nil, sn, w.dictionaryID)
		if err != nil {
			return err
		}
		move, err := w.movementOf(sn.Movement)
		if err != nil {
			return err
		}
		key := pair{sn.AccountID, at}
		if w.buffer.pairs[key] {
			if err := w.flush(); err != nil {
				return err
			}
		}
		w.buffer.name(sn.AccountID)
		w.buffer.pairs[key], w.dates[at] = true, true
		answer := w.answerOf(sn)
		answer.movement = move
		w.buffer.snapshots = append(w.buffer.snapshots, bufferedSnapshot{pair: key, model: model, answer: answer, record: record})
		return w.flushIfFull()
	})
}

// answerOf is what the portfolio shows of a snapshot. Its texts are in the dictionary:
// they are in the record.
func (w *Writer) answerOf(sn *Snapshot) answer {
	return answer{
		health: sn.Health, churn: sn.Churn, low: sn.Low, high: sn.High, membership: sn.Membership,
		scoreBand: w.ids[sn.plain()], near: w.ids[sn.Near], cluster: w.ids[sn.ClusterID], clusterName: w.ids[sn.ClusterName],
		theme: w.ids[sn.TopTheme], reason: w.ids[sn.TopReason],
	}
}
