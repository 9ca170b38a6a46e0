package web

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/etappe/etappe/serve/text"
)

// accountRoutes are the addresses of accounts.
var accountRoutes = []route{{"/accounts/:id", (*visit).accountPage}, {"/accounts/:id/trend.svg", (*visit).trend}}

// accountPage shows one account: what changed between ?from= and ?to=, by
// default the last two dates.
func (v *visit) accountPage() error {
	id, err := v.accountID()
	if err != nil {
		return err
	}
	from, err := v.day("from")
	if err != nil {
		return err
	}
	to, err := v.day("to")
	if err != nil {
		return err
	}
	g := &accountGather{visit: v, facts: &accountFacts{Weight: text.NotMeasured(), Write: v.words.accountWrite(id, v.now)}}
	var dates *datesBody
	switch err := g.all(id, from, to); {
	case errors.As(err, &dates):
		return v.send(dates.status, "account_dates", page{Title: dates.Title, Section: "portfolio", Body: dates})
	case err != nil:
		return err
	}
	body := v.words.account(g.facts)
	return v.render("account", page{Title: body.Head.Title, Section: "portfolio", Body: body})
}

// accountID reads the account of the address.
func (v *visit) accountID() (string, error) {
	id := v.Param("id")
	if v.Request().URL.RawPath == "" {
		return id, nil
	}
	id, err := url.PathUnescape(id) // echo unescapes a path only as a whole
	if err != nil {
		return "", fmt.Errorf("%w: %w", errQuery, err)
	}
	return id, nil
}

// day reads a date of the query; zero without one.
func (v *visit) day(name string) (time.Time, error) {
	text := v.QueryParam(name)
	if text == "" {
		return time.Time{}, nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return day, fmt.Errorf("%w: %s: %w", errQuery, name, err)
	}
	return day, nil
}
