package api

import (
	"fmt"
	"slices"
	"time"
)

// accountRow is the account being read.
type accountRow struct {
	index         int       // in the batch
	asOf          time.Time // zero: not given
	hasID         bool
	hasFeatures   bool
	hasMilestones bool
}

// begin starts a row.
func (d *predictDecoder) begin() {
	d.row = accountRow{index: d.batch.begin()}
	clear(d.reached)
}

// finish ends the reading of an account. One that is nothing but its id, and
// perhaps a date, is left to the history. Milestones wait until the end: they are
// measured at the as-of date and the tenure, which may follow them in the body.
func (d *predictDecoder) finish() {
	r := &d.row
	if d.limit.history && r.hasID && !r.hasFeatures && !r.hasMilestones {
		d.recalls = append(d.recalls, recall{row: r.index, asOf: r.asOf, account: d.account})
		return
	}
	if !r.hasID {
		d.add("account_id is missing")
	}
	if !r.hasFeatures {
		d.add("features is missing; {} stands for none known")
	}
	if r.asOf.IsZero() {
		r.asOf = d.limit.today
	}
	d.batch.asOf[r.index] = r.asOf
	if r.hasMilestones {
		d.repeat(r.asOf)
		d.batch.journey(r.index, d.reached)
	}
}

// The members of an account and of the top level, by number.
var memberNames = []string{"account_id", "as_of", "features", "milestones", "accounts", "store"}

const (
	memberID = iota
	memberAsOf
	memberFeatures
	memberMilestones
	memberAccounts // from here on at the top level only
	memberStore
)

// members reads the members of an object whose brace is read: an account, or the
// top level, which is an account itself or has a list of them. single: a member
// was an account's.
func (d *predictDecoder) members(top bool) (single bool, err error) {
	given := nameSet{given: make([]int, len(memberNames))}
	for n := 1; d.tokens.PeekKind() != '}'; n++ {
		name, err := d.name(n, maxMembers)
		if err != nil {
			return single, err
		}
		member := slices.IndexFunc(memberNames, func(known string) bool { return string(name) == known })
		if member >= memberAccounts && !top {
			member = -1
		}
		twice := member >= 0 && given.known(member, 1) || member < 0 && given.other(name)
		if twice {
			err = d.twice(name)
		} else {
			if top && !single && member < memberAccounts {
				single = true
				d.begin()
			}
			err = d.member(member, name)
		}
		if err != nil {
			return single, err
		}
	}
	return single, d.close()
}

// member reads the value of one member; -1: an unknown one.
func (d *predictDecoder) member(member int, name []byte) error {
	r := &d.row
	switch member {
	case memberAccounts:
		return d.accounts()
	case memberStore:
		return d.storeMember()
	case memberFeatures:
		r.hasFeatures = true
		return d.object(&d.features, max(2*len(d.names.fields), 16), d.feature)
	case memberMilestones:
		r.hasMilestones = true
		return d.object(&d.milestones, max(2*len(d.names.known), 64), d.milestone)
	case memberID:
		r.hasID = true
		return d.accountID()
	case memberAsOf:
		raw, kind, err := d.scalar()
		if err == nil {
			r.asOf = d.date(raw, kind)
		}
		return err
	}
	d.add(fmt.Sprintf("unknown member %q; there are account_id, as_of, features and milestones", clip(string(name))))
	return d.tokens.SkipValue()
}

// object reads a value that must be an object of names and values. read returns
// the number of a name, -1 for an unknown one, and reads its value.
func (d *predictDecoder) object(set *nameSet, most int, read func(set *nameSet, name []byte) error) error {
	ok, kind, err := d.open('{')
	if err != nil {
		return err
	}
	if !ok {
		d.add("an object of names and values is expected, not " + kindName(kind))
		return nil
	}
	set.begin()
	for n := 1; d.tokens.PeekKind() != '}'; n++ {
		name, err := d.name(n, most)
		if err == nil {
			err = read(set, name)
		}
		if err != nil {
			return err
		}
	}
	return d.close()
}
