package train

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// quarterly is data of accounts that renew every n days over a thousand days, with
// snapshots at the usual leads that fit; every fifth renewal churns.
func quarterly(accounts, every int) *Data {
	d, start := &Data{}, time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	renewal := int32(0)
	for a := range accounts {
		for due := every + a*37%every; due < 1000; due += every {
			for lead := 30; lead <= 180; lead += 30 {
				if lead >= every {
					continue
				}
				d.Account, d.Renewal, d.Churned = append(d.Account, int32(a)), append(d.Renewal, renewal), append(d.Churned, renewal%5 == 0)
				d.AsOf, d.Decided = append(d.AsOf, start.AddDate(0, 0, due-lead)), append(d.Decided, start.AddDate(0, 0, due-1))
				d.leads = append(d.leads, lead)
			}
			renewal++
		}
	}
	return d
}

// join appends another's rows, of other accounts and renewals.
func (d *Data) join(other *Data) {
	for i := range other.Churned {
		d.Account, d.Renewal = append(d.Account, other.Account[i]+1_000_000), append(d.Renewal, other.Renewal[i]+1_000_000)
		d.Churned, d.leads = append(d.Churned, other.Churned[i]), append(d.leads, other.leads[i])
		d.AsOf, d.Decided = append(d.AsOf, other.AsOf[i]), append(d.Decided, other.Decided[i])
	}
}

// judgedByLead counts the renewals of a split's test by range of leads.
func (d *Data) judgedByLead(s split) map[int]int {
	seen, out := map[[2]int]bool{}, map[int]int{}
	for _, i := range s.test {
		if key := [2]int{leadLine(d.leads[i]), int(d.Renewal[i])}; !seen[key] {
			seen[key] = true
			out[key[0]]++
		}
	}
	return out
}

// At the usual share the test of quarterly and yearly contracts has no snapshot half a
// year ahead. The cut moves earlier until each range has fifty renewals, and training
// loses a tenth of its rows at most.
func TestLongLeadsAreTested(t *testing.T) {
	d := quarterly(400, 91)
	d.join(quarterly(800, 365))
	usual, ok := d.outOfTimeFrom(d.cutOf(usualTestShare))
	if !ok || d.judgedByLead(usual)[leadLine(180)] != 0 {
		t.Fatalf("the usual cut: %v, by range %v: this case shows nothing", ok, d.judgedByLead(usual))
	}
	s, ok, err := d.split(Config{})
	if err != nil || !ok {
		t.Fatalf("%v, %v", ok, err)
	}
	got := d.judgedByLead(s)
	for _, lead := range []int{30, 60, 90, 120, 150, 180} {
		if got[leadLine(lead)] < leastLeadJudged {
			t.Errorf("%d days: %d renewals judged", lead, got[leadLine(lead)])
		}
	}
	if got[leadLine(180)] > 60 {
		t.Errorf("180 days: %d renewals: earlier than needed", got[leadLine(180)])
	}
	if kept := float64(len(s.train)) / float64(len(usual.train)); kept < leastKept {
		t.Errorf("%.3f of the rows to learn from are left", kept)
	}
	// A share that the configuration names is that share.
	if named, _, _ := d.split(Config{TestShare: usualTestShare}); named.from != usual.from {
		t.Errorf("named: %s, want %s", named.from, usual.from)
	}
}

// Where fifty cost too much, those within the bound are tested; where there are none,
// the cut stays.
func TestLongLeadsWithinTheBound(t *testing.T) {
	d := quarterly(400, 91)
	d.join(quarterly(120, 365))
	s, _, _ := d.split(Config{})
	usual, _ := d.outOfTimeFrom(d.cutOf(usualTestShare))
	if n := d.judgedByLead(s)[leadLine(180)]; n == 0 || n >= leastLeadJudged || len(s.train) < int(leastKept*float64(len(usual.train))) {
		t.Errorf("%d renewals of 180 days, %d of %d rows to learn from", n, len(s.train), len(usual.train))
	}
	for i := range d.leads {
		if d.leads[i] == 180 {
			d.leads[i], d.AsOf[i] = 600, d.AsOf[i].AddDate(0, 0, -420)
		}
	}
	s, _, _ = d.split(Config{})
	if n := d.judgedByLead(s)[leadLine(600)]; n != 0 {
		t.Errorf("%d renewals of 600 days", n)
	}
}

// Whatever the data: nothing is learned from that was decided on the cut's morning or
// later, nothing is judged that was looked at before, and a tenth of the rows is the
// most that long leads cost.
func TestCutLeaksNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := quarterly(rapid.IntRange(30, 200).Draw(rt, "quarterly"), rapid.IntRange(31, 200).Draw(rt, "every"))
		d.join(quarterly(rapid.IntRange(0, 200).Draw(rt, "yearly"), 365))
		for i := range d.Decided { // decisions come early or late
			d.Decided[i] = d.Decided[i].AddDate(0, 0, int(d.Renewal[i]*7%60)-20)
		}
		s, ok, err := d.split(Config{})
		if err != nil || !ok {
			rt.Skip("too few outcomes")
		}
		cut, _ := time.Parse(time.DateOnly, s.from)
		for _, i := range s.train {
			if !d.Decided[i].Before(cut) || !d.AsOf[i].Before(cut) {
				rt.Fatalf("row %d, seen %v, decided %v, is learned from before %v", i, d.AsOf[i], d.Decided[i], cut)
			}
		}
		for _, i := range s.test {
			if d.AsOf[i].Before(cut) {
				rt.Fatalf("row %d, seen %v, is judged from %v on", i, d.AsOf[i], cut)
			}
		}
		usual, _ := d.outOfTimeFrom(d.cutOf(usualTestShare))
		if float64(len(s.train)) < leastKept*float64(len(usual.train)) {
			rt.Fatalf("%d of %d rows to learn from", len(s.train), len(usual.train))
		}
	})
}
