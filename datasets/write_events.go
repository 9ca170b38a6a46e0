package datasets

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/etappe/etappe/datasets/columnar"
)

// eventBlock is a batch of events in columns, used again from batch to batch.
type eventBlock struct {
	ids, types, users []string
	at, ingested      []time.Time
	value, count      []float64
}

func (b *eventBlock) columns() []columnar.Column {
	return []columnar.Column{
		{Name: "account_id", Strings: b.ids},
		{Name: "type", Strings: b.types},
		{Name: "at", Times: b.at},
		{Name: "value", Numbers: b.value},
		{Name: "count", Numbers: b.count},
		{Name: "user_id", Strings: b.users},
		{Name: "ingested_at", Times: b.ingested},
	}
}

func (s *fileSet) addEvents(ctx context.Context, t *Tables) error {
	// Empty, not nil: the slices carry the kind of each column.
	block := eventBlock{ids: []string{}, types: []string{}, users: []string{}, at: []time.Time{},
		ingested: []time.Time{}, value: []float64{}, count: []float64{}}
	return s.stream("events", block.columns(), func(file *columnar.Pending) error {
		if t.Events == nil {
			return nil
		}
		return t.Events.Scan(ctx, func(batch *EventBatch) error {
			if err := block.fill(t, batch); err != nil {
				return err
			}
			return file.Write(block.columns())
		})
	})
}

func (b *eventBlock) fill(t *Tables, batch *EventBatch) error {
	n := batch.Len()
	for _, length := range []int{len(batch.Account), len(batch.Type), len(batch.IngestedAt),
		len(batch.Value), len(batch.Count), len(batch.User)} {
		if length != n {
			return fmt.Errorf("a batch of events has columns of %d and %d rows", n, length)
		}
	}
	b.ids, b.types, b.users = b.ids[:0], b.types[:0], b.users[:0]
	b.at, b.ingested = b.at[:0], b.ingested[:0]
	for i := range n {
		id, err := t.idOf("events", i, batch.Account[i])
		if err != nil {
			return err
		}
		if int(batch.Type[i]) >= len(batch.Types) {
			return fmt.Errorf("a batch of events has type %d of %d", batch.Type[i], len(batch.Types))
		}
		user := ""
		if batch.User[i] != 0 {
			user = "u" + strconv.FormatUint(batch.User[i], 10)
		}
		b.ids = append(b.ids, id)
		b.types = append(b.types, batch.Types[batch.Type[i]])
		b.users = append(b.users, user)
		b.at = append(b.at, time.Unix(batch.At[i], 0).UTC())
		b.ingested = append(b.ingested, time.Unix(batch.IngestedAt[i], 0).UTC())
	}
	b.value = append(b.value[:0], batch.Value...)
	b.count = append(b.count[:0], batch.Count...)
	return nil
}
