package history

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"maps"
	"math"
	"slices"
)

// A record is all of a Snapshot but its key, as bytes:
//
//	version      1 byte: 1, or 2 with behaviour
//	texts        uvarint each: fingerprint, band of the score, cluster id and name, theme, reason,
//	             near band
//	stale        uvarint count, then texts
//	milestones   uvarint 0 (journey unknown) or 1 + count, then texts in order of name
//	values       uvarint count
//	numbers      packed (pack.go): health, outlook, path, churn, low, high, membership,
//	             tenure, the tenures of the milestones, the values
//	behaviour    of version 2: uvarint length, then bytes
//	checksum     CRC-32C of all before, 4 bytes, little endian
//
// A text is its dictionary id.
const (
	recordVersion   = 1
	recordWithWeeks = 2
	headBand        = 1 // places in the head
	headNear        = 6
	answerNumbers   = 8
	checksumBytes   = 4
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// appendRecord appends a snapshot to buf; id returns the dictionary id of a text.
func appendRecord(buf []byte, sn *Snapshot, id func(string) (int64, error)) ([]byte, error) {
	names := slices.Sorted(maps.Keys(sn.Reached))
	start := len(buf)
	version := byte(recordVersion)
	if len(sn.Behaviour) > 0 {
		version = recordWithWeeks
	}
	buf = append(buf, version)
	var failed error
	put := func(texts ...string) {
		for _, text := range texts {
			k, err := id(text)
			if err != nil && failed == nil {
				failed = err
			}
			buf = binary.AppendUvarint(buf, uint64(k))
		}
	}
	put(sn.Fingerprint, sn.plain(), sn.ClusterID, sn.ClusterName, sn.TopTheme, sn.TopReason, sn.Near)
	buf = binary.AppendUvarint(buf, uint64(len(sn.Stale)))
	put(sn.Stale...)
	known := 0
	if sn.Reached != nil {
		known = 1 + len(names)
	}
	buf = binary.AppendUvarint(buf, uint64(known))
	put(names...)
	if failed != nil {
		return nil, failed
	}
	buf = binary.AppendUvarint(buf, uint64(len(sn.Values)))
	numbers := append(make([]float64, 0, answerNumbers+len(names)+len(sn.Values)),
		sn.Health, sn.Outlook, sn.Path, sn.Churn, sn.Low, sn.High, sn.Membership, sn.Tenure)
	for _, name := range names {
		numbers = append(numbers, sn.Reached[name])
	}
	buf = appendFloats(buf, append(numbers, sn.Values...))
	if version == recordWithWeeks {
		buf = append(binary.AppendUvarint(buf, uint64(len(sn.Behaviour))), sn.Behaviour...)
	}
	return sealRecord(buf, start), nil
}

// sealRecord puts the checksum behind the record that begins at start.
func sealRecord(buf []byte, start int) []byte {
	return binary.LittleEndian.AppendUint32(buf, crc32.Checksum(buf[start:], castagnoli))
}

// record is a decoded record: texts as dictionary ids, so that many are decoded
// before the texts are looked up once.
type record struct {
	head       [7]int64 // fingerprint, band of the score, cluster id, cluster name, theme, reason, near band
	stale      []int64
	milestones []int64 // nil: journey unknown
	numbers    []float64
	behaviour  []byte
}

// ids lists the dictionary ids of a record.
func (r *record) ids() []int64 {
	return slices.Concat(r.head[:], r.stale, r.milestones)
}

// decodeRecord reads a record; ErrCorrupt where a byte is not what was written.
func decodeRecord(data []byte) (*record, error) {
	if len(data) < 1+checksumBytes {
		return nil, fmt.Errorf("%w: a record of %d bytes", ErrCorrupt, len(data))
	}
	body, sum := data[:len(data)-checksumBytes], binary.LittleEndian.Uint32(data[len(data)-checksumBytes:])
	if crc32.Checksum(body, castagnoli) != sum {
		return nil, fmt.Errorf("%w: the checksum of a record is wrong", ErrCorrupt)
	}
	if body[0] != recordVersion && body[0] != recordWithWeeks {
		return nil, fmt.Errorf("%w: a record of version %d", ErrNewer, body[0])
	}
	in := reader{data: body[1:]}
	r := &record{}
	for i := range r.head {
		r.head[i] = in.int()
	}
	r.stale = in.list(in.int())
	if known := in.int(); known > 0 {
		r.milestones = in.list(known - 1)
	}
	values := in.int()
	if in.failed || values > math.MaxInt32 {
		return nil, fmt.Errorf("%w: a record ends too early", ErrCorrupt)
	}
	var err error
	r.numbers, in.data, err = floats(in.data, answerNumbers+len(r.milestones)+int(values))
	if err == nil && body[0] == recordWithWeeks {
		if n := in.int(); !in.failed && n <= int64(len(in.data)) {
			r.behaviour, in.data = slices.Clone(in.data[:n]), in.data[n:]
		} else {
			err = fmt.Errorf("%w: behaviour ends too early", ErrCorrupt)
		}
	}
	if err == nil && len(in.data) > 0 {
		err = fmt.Errorf("%w: %d bytes too many in a record", ErrCorrupt, len(in.data))
	}
	return r, err
}

// reader takes unsigned integers from the front of data.
type reader struct {
	data   []byte
	failed bool
}

func (in *reader) int() int64 {
	v, n := binary.Uvarint(in.data)
	if n <= 0 || v > math.MaxInt64 {
		in.failed = true
		return 0
	}
	in.data = in.data[n:]
	return int64(v)
}

func (in *reader) list(n int64) []int64 {
	if n > int64(len(in.data)) {
		in.failed = true
		return nil
	}
	list := make([]int64, n)
	for i := range list {
		list[i] = in.int()
	}
	return list
}

// fill writes what a record holds into a snapshot.
func (r *record) fill(sn *Snapshot, texts map[int64]string) {
	for i, text := range []*string{&sn.Fingerprint, &sn.Plain, &sn.ClusterID, &sn.ClusterName, &sn.TopTheme, &sn.TopReason, &sn.Near} {
		*text = texts[r.head[i]]
	}
	for _, k := range r.stale {
		sn.Stale = append(sn.Stale, texts[k])
	}
	for i, v := range []*float64{&sn.Health, &sn.Outlook, &sn.Path, &sn.Churn, &sn.Low, &sn.High, &sn.Membership, &sn.Tenure} {
		*v = r.numbers[i]
	}
	sn.Behaviour = r.behaviour
	rest := r.numbers[answerNumbers:]
	if r.milestones != nil {
		sn.Reached = make(map[string]float64, len(r.milestones))
		for i, k := range r.milestones {
			sn.Reached[texts[k]] = rest[i]
		}
	}
	if sn.Values = rest[len(r.milestones):]; len(sn.Values) == 0 {
		sn.Values = nil
	}
}
