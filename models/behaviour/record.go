package behaviour

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// Record is what one account did in the Weeks before a date.
type Record struct {
	// Observed is how many of the latest weeks the account was observed in, at most
	// Weeks; the zeros before are none.
	Observed int
	// Counts has the occurrences by driver and week; nil: the driver was not observed.
	Counts [][]float64
	// People has, by role, those who did it most, the busiest first.
	People [][]Person
}

// Person is somebody of the account, without a name.
type Person struct {
	Acts []float64 // [week] occurrences of the role's event type
	Days []float64 // [week] days with any use of the product, 0 to 7
}

// ErrRecord: bytes are no record.
var ErrRecord = errors.New("not a record of behaviour")

// recordVersion is the first byte of a record.
const recordVersion = 1

// mostCount bounds a week's count as it is stored.
const mostCount = 1 << 40

// Append packs the record behind buf: a version, the observed weeks, then by driver 1
// and its weeks or 0, then by role the number of people and their weeks. A week is
// its count, rounded, as a uvarint; of zeros their number follows one zero.
func (r *Record) Append(buf []byte) []byte {
	buf = append(buf, recordVersion, byte(r.Observed))
	buf = binary.AppendUvarint(buf, uint64(len(r.Counts)))
	for _, weeks := range r.Counts {
		if weeks == nil {
			buf = append(buf, 0)
			continue
		}
		buf = appendWeeks(append(buf, 1), weeks)
	}
	buf = binary.AppendUvarint(buf, uint64(len(r.People)))
	for _, people := range r.People {
		buf = binary.AppendUvarint(buf, uint64(len(people)))
		for _, p := range people {
			buf = appendWeeks(appendWeeks(buf, p.Acts), p.Days)
		}
	}
	return buf
}

func appendWeeks(buf []byte, weeks []float64) []byte {
	for at := 0; at < len(weeks); at++ {
		n := uint64(math.Min(math.Round(weeks[at]), mostCount))
		buf = binary.AppendUvarint(buf, n)
		if n > 0 {
			continue
		}
		first := at
		for at+1 < len(weeks) && math.Round(weeks[at+1]) == 0 {
			at++
		}
		buf = binary.AppendUvarint(buf, uint64(at-first+1))
	}
	return buf
}

// ReadRecord reads what Append wrote, of a number of drivers and roles. ErrRecord for
// anything else.
func ReadRecord(data []byte, drivers, roles int) (*Record, error) {
	if len(data) < 2 || data[0] != recordVersion || data[1] > Weeks {
		return nil, fmt.Errorf("%w: its head", ErrRecord)
	}
	in := &reader{data: data[2:]}
	r := &Record{Observed: int(data[1])}
	if in.next() != uint64(drivers) {
		return nil, fmt.Errorf("%w: not of %d drivers", ErrRecord, drivers)
	}
	for range drivers {
		switch in.next() {
		case 0:
			r.Counts = append(r.Counts, nil)
		default:
			r.Counts = append(r.Counts, in.weeks())
		}
	}
	if in.next() != uint64(roles) {
		return nil, fmt.Errorf("%w: not of %d roles", ErrRecord, roles)
	}
	for range roles {
		var people []Person
		for range min(in.next(), MostPeople) {
			people = append(people, Person{Acts: in.weeks(), Days: in.weeks()})
		}
		r.People = append(r.People, people)
	}
	if in.failed || len(in.data) > 0 {
		return nil, fmt.Errorf("%w: its length", ErrRecord)
	}
	return r, nil
}

// MostPeople is how many people a role has in a record.
const MostPeople = 3

// reader takes numbers from the front of data.
type reader struct {
	data   []byte
	failed bool
}

func (in *reader) next() uint64 {
	v, n := binary.Uvarint(in.data)
	if n <= 0 {
		in.failed = true
		return 0
	}
	in.data = in.data[n:]
	return v
}

func (in *reader) weeks() []float64 {
	weeks := make([]float64, Weeks)
	for at := 0; at < Weeks && !in.failed; at++ {
		n := in.next()
		if n == 0 {
			run := in.next()
			if run == 0 || run > uint64(Weeks-at) {
				in.failed = true
				break
			}
			at += int(run) - 1
			continue
		}
		weeks[at] = float64(n)
	}
	return weeks
}
