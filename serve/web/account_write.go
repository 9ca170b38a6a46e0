package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/text"
)

// accountWrites are the addresses that the forms of an account's page are sent to.
var accountWrites = []route{
	{"/accounts/:id/override", (*visit).writeOverride}, {"/accounts/:id/intervention", (*visit).writeIntervention},
}

// What a form may hold: bytes of a request, bytes of its texts, days until an
// override ends.
const (
	maxForm     = 16 << 10
	maxReason   = 2000
	maxWho      = 256
	maxOverride = 366
)

// errForeign is wrapped where a form was sent by a page of another site.
var errForeign = errors.New("the form was sent from another site")

var (
	overrideBands     = []string{"healthy", "at_risk", "sick"}
	interventionKinds = []string{"call", "meeting", "training"}
)

// accountWrite is the forms of an account's page.
type accountWrite struct {
	Override, Intervention writeForm
}

// writeForm is a form as it is shown: empty, or with what was typed and what is
// wrong with it.
type writeForm struct {
	Action   string
	Open     bool
	Values   map[string]string // by field
	Faults   map[string]string // by field, in words
	Choices  []choiceOf
	Min, Max string // 2006-01-02: of the field with a date
}

// choiceOf is an entry of a form's list.
type choiceOf struct {
	Value, Text string
	Chosen      bool
}

// accountWrite is the forms as they are before anything is typed.
func (w Words) accountWrite(id string, now time.Time) *accountWrite {
	today := now.Format(time.DateOnly)
	f := &accountWrite{
		Override: writeForm{Action: accountHref(id) + "/override", Min: now.AddDate(0, 0, 1).Format(time.DateOnly),
			Max: now.AddDate(0, 0, maxOverride).Format(time.DateOnly)},
		Intervention: writeForm{Action: accountHref(id) + "/intervention", Max: today, Values: map[string]string{"at": today}},
	}
	for _, band := range overrideBands {
		f.Override.Choices = append(f.Override.Choices, choiceOf{Value: band, Text: w.T("band." + band)})
	}
	for _, kind := range interventionKinds {
		f.Intervention.Choices = append(f.Intervention.Choices, choiceOf{Value: kind, Text: w.T("write.kind." + kind)})
	}
	return f
}

// form reads what was sent. errForeign if another site's page sent it, errQuery
// if it is no form.
func (v *visit) form() (url.Values, error) {
	r := v.Request()
	if err := http.NewCrossOriginProtection().Check(r); err != nil {
		return nil, fmt.Errorf("%w: %w", errForeign, err)
	}
	r.Body = http.MaxBytesReader(v.Response(), r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return nil, fmt.Errorf("%w: %w", errQuery, err)
	}
	return r.PostForm, nil
}

// fill keeps what was typed, and checks each text and each choice.
func (f *writeForm) fill(w Words, sent url.Values, texts map[string]int) {
	f.Open, f.Values, f.Faults = true, map[string]string{}, map[string]string{}
	for name := range sent {
		f.Values[name] = strings.TrimSpace(strings.ToValidUTF8(sent.Get(name), "\uFFFD"))
	}
	for name, most := range texts {
		switch n := len(f.Values[name]); {
		case n == 0:
			f.Faults[name] = w.T("write.fault.missing")
		case n > most:
			f.Faults[name] = w.T("write.fault.long", "n", most, "typed", utf8.RuneCountInString(f.Values[name]))
		}
	}
}

// choose marks the chosen entry of the list.
func (f *writeForm) choose(w Words, name string) string {
	for i := range f.Choices {
		f.Choices[i].Chosen = f.Choices[i].Value == f.Values[name]
	}
	if !slices.ContainsFunc(f.Choices, func(c choiceOf) bool { return c.Chosen }) {
		f.Faults[name] = w.T("write.fault.choice")
	}
	return f.Values[name]
}

// date reads a date between Min and Max.
func (f *writeForm) date(w Words, name, fault string) time.Time {
	typed := f.Values[name]
	date, err := time.Parse(time.DateOnly, typed)
	if err != nil || typed < f.Min || typed > f.Max {
		f.Faults[name] = w.T(fault)
	}
	return date
}

// writeOverride stores the band that a person sets; what cannot be stored comes
// back with its fault beside the field.
func (v *visit) writeOverride() error {
	id, sent, err := v.written()
	if err != nil {
		return err
	}
	forms := v.words.accountWrite(id, v.now)
	f := &forms.Override
	f.fill(v.words, sent, map[string]int{"reason": maxReason, "owner": maxWho})
	o := history.Override{AccountID: id, Band: f.choose(v.words, "band"), Reason: f.Values["reason"], Owner: f.Values["owner"],
		Expires: f.date(v.words, "expires", "write.fault.expires")}
	if len(f.Faults) > 0 {
		return v.showAccount(id, forms, http.StatusUnprocessableEntity)
	}
	held, err := v.site.source.Overrides(v.Request().Context(), id)
	if err != nil {
		return err
	}
	if len(held) > 0 && held[0].Band == o.Band && held[0].Reason == o.Reason && held[0].Owner == o.Owner && held[0].Expires == f.Values["expires"] {
		return v.done(id) // sent twice
	}
	if _, err := v.site.source.AddOverride(v.Request().Context(), o); err != nil {
		return err
	}
	return v.done(id)
}

// writeIntervention stores a call, a meeting or a training.
func (v *visit) writeIntervention() error {
	id, sent, err := v.written()
	if err != nil {
		return err
	}
	forms := v.words.accountWrite(id, v.now)
	f := &forms.Intervention
	f.fill(v.words, sent, map[string]int{"owner": maxWho})
	i := history.Intervention{AccountID: id, Kind: f.choose(v.words, "kind"), Owner: f.Values["owner"], At: f.date(v.words, "at", "write.fault.at")}
	if len(f.Faults) > 0 {
		return v.showAccount(id, forms, http.StatusUnprocessableEntity)
	}
	if err := v.site.source.AddIntervention(v.Request().Context(), i); err != nil {
		return err
	}
	return v.done(id)
}

// written reads the account and the form of a request that writes.
func (v *visit) written() (string, url.Values, error) {
	id, err := v.accountID()
	if err != nil {
		return "", nil, err
	}
	sent, err := v.form()
	return id, sent, err
}

// showAccount shows the newest state of an account with its forms.
func (v *visit) showAccount(id string, forms *accountWrite, status int) error {
	g := &accountGather{visit: v, facts: &accountFacts{Weight: text.NotMeasured(), Write: forms}}
	if err := g.all(id, time.Time{}, time.Time{}); err != nil {
		return err
	}
	body := v.words.account(g.facts)
	return v.send(status, "account", page{Title: body.Head.Title, Section: "portfolio", Body: body})
}

// done leads back to the account's page, which a reload does not send again.
func (v *visit) done(id string) error {
	return v.Redirect(http.StatusSeeOther, accountHref(id))
}
