package api

import (
	"fmt"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/etappe/etappe/serve/score"
)

// limits of a request's body.
type limits struct {
	accounts int       // most accounts in one request
	today    time.Time // as-of date of an account that names none; UTC midnight
	history  bool      // whether there is a history, to store in and to read from
}

// predictRequest is what the body of POST /v1/predict requests.
type predictRequest struct {
	in      *score.Input
	single  bool // one account, not a list
	store   bool // the answers are to be stored
	recalls []recall
	decoder *predictDecoder // whose memory it lies in
}

// recall is an account that came by its id alone: its row is to be filled in
// from the history.
type recall struct {
	row     int
	asOf    time.Time // zero: the latest
	account int       // index in the list of accounts; -1: no list
}

// fault is one at the account's place.
func (r *recall) fault(detail string) Fault {
	pointer := jsontext.Pointer("")
	if r.account >= 0 {
		pointer = accountPointer(r.account)
	}
	return faultAt(pointer, r.account, detail)
}

func accountPointer(account int) jsontext.Pointer {
	return jsontext.Pointer(fmt.Sprintf("/accounts/%d", account))
}

// maxMembers is how many members an account may have.
const maxMembers = 100

// decodePredict reads the body of POST /v1/predict: one account, or
// {"accounts": […]}. The error matches ErrSyntax if the body is no JSON in
// UTF-8, or holds a number that no float64 can; ErrRequest, with every fault
// found, if it breaks the contract.
func decodePredict(body []byte, n *names, limit limits) (*predictRequest, error) {
	if plain := decodePlain(body, n, limit); plain != nil {
		return plain, nil
	}
	return decodeAny(body, n, limit)
}

// decodeAny reads any body token by token, and finds every fault.
func decodeAny(body []byte, n *names, limit limits) (*predictRequest, error) {
	d := newPredictDecoder(newBodyReader(body), n, limit)
	if err := d.readBody(d.body); err != nil {
		d.release()
		return nil, err
	}
	return d.request(), nil
}

// predictDecoder reads one body of POST /v1/predict.
type predictDecoder struct {
	bodyReader
	names *names
	limit limits
	batch batch
	many  bool // the body is {"accounts": […]}
	store bool // the body requests that the answers be stored

	row        accountRow
	features   nameSet
	milestones nameSet
	reached    []time.Time         // of the account being read, by milestone of the path
	again      map[int][]time.Time // of it, by milestone of the path: the dates of one that was reached again, ascending
	recalls    []recall
}

// newPredictDecoder returns a decoder in the memory of an earlier one, where there is one
// that is not needed any more.
func newPredictDecoder(body bodyReader, n *names, limit limits) *predictDecoder {
	d, used := n.decoders.Get().(*predictDecoder)
	if !used {
		given := make([]int, len(n.fields)+len(n.known))
		d = &predictDecoder{names: n, batch: newBatch(n), reached: make([]time.Time, len(n.milestones)), again: map[int][]time.Time{}}
		d.features.given, d.milestones.given = given[:len(n.fields)], given[len(n.fields):]
	}
	d.bodyReader, d.limit = body, limit
	return d
}

// keptRows is how many rows the memory of a decoder may have that waits for another
// request.
const keptRows = 2048

// release lets another request use the decoder's memory.
func (d *predictDecoder) release() {
	if d.batch.capacity > keptRows {
		return
	}
	d.batch.reset()
	clear(d.features.given)
	clear(d.milestones.given)
	clear(d.again)
	d.bodyReader, d.row, d.many, d.store, d.recalls = bodyReader{}, accountRow{}, false, false, d.recalls[:0]
	d.names.decoders.Put(d)
}

// request is what was read.
func (d *predictDecoder) request() *predictRequest {
	return &predictRequest{in: d.batch.input(), single: !d.many, store: d.store, recalls: d.recalls, decoder: d}
}

// nameSet holds which names of an object were given. A name that is known has a
// number and costs no memory.
type nameSet struct {
	given   []int           // by number: the last object, counted from 1, that gave it
	unknown map[string]bool // given by the object being read
}

// begin empties the set for the object-th object.
func (s *nameSet) begin() { s.unknown = nil }

// known adds the name with a number and reports whether it was there.
func (s *nameSet) known(number, object int) bool {
	twice := s.given[number] == object
	s.given[number] = object
	return twice
}

// other adds a name without a number and reports whether it was there.
func (s *nameSet) other(name []byte) bool {
	if s.unknown[string(name)] {
		return true
	}
	if s.unknown == nil {
		s.unknown = map[string]bool{}
	}
	s.unknown[string(name)] = true
	return false
}

// body reads the top level.
func (d *predictDecoder) body() error {
	ok, _, err := d.open('{')
	if err != nil {
		return err
	}
	if !ok {
		return stop(faultAt("", -1, "the body is an object: one account, or {\"accounts\": [ … ]}"))
	}
	single, err := d.members(true)
	if err != nil {
		return err
	}
	switch {
	case d.many && single:
		d.addAt("", `"accounts" stands alone, but for "store": an account's own members belong into its list`)
	case !d.many:
		if !single {
			d.begin()
		}
		d.finish()
	}
	return nil
}

// storeMember reads whether the answers are to be stored.
func (d *predictDecoder) storeMember() error {
	_, kind, err := d.scalar()
	switch {
	case err != nil:
		return err
	case kind != 't' && kind != 'f':
		d.add("store is true or false, not " + kindName(kind))
	case kind == 't' && !d.limit.history:
		d.add("this server keeps no history to store in")
	}
	d.store = kind == 't'
	return nil
}

// accounts reads the list of accounts.
func (d *predictDecoder) accounts() error {
	d.many = true
	ok, _, err := d.open('[')
	if err != nil {
		return err
	}
	if !ok {
		return stop(faultAt("/accounts", -1, `"accounts" is a list of accounts`))
	}
	begun := d.tokens.InputOffset()
	n := 0
	for ; d.tokens.PeekKind() != ']'; n++ {
		if n == d.limit.accounts {
			return stop(faultAt("/accounts", -1, fmt.Sprintf("more than %d accounts: send them in several requests", d.limit.accounts)))
		}
		d.account = n
		if err := d.oneAccount(); err != nil {
			return err
		}
		if n == 0 { // the others are about as long as the first
			length := int(d.tokens.InputOffset() - begun)
			d.batch.grow(1 + min(d.limit.accounts, (len(d.text)-int(begun))/length))
		}
	}
	d.account = -1
	if n == 0 {
		return stop(faultAt("/accounts", -1, `"accounts" is empty`))
	}
	return d.close()
}

// oneAccount reads one entry of the list.
func (d *predictDecoder) oneAccount() error {
	ok, kind, err := d.open('{')
	if err != nil {
		return err
	}
	if !ok {
		d.add("an account is an object, not " + kindName(kind))
		return nil
	}
	d.begin()
	if _, err := d.members(false); err != nil {
		return err
	}
	d.finish()
	return nil
}
