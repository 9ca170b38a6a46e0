package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/etappe/etappe/serve/history"
)

// ownerCookie keeps whose accounts a reader looks at.
const ownerCookie = "etappe_owner"

// keepOwner makes the filter by owner one that stays: ?owner= sets it, in the reader's
// browser too, and an address without it has the one that is kept, as long as the
// portfolio has accounts of it.
func (p *portfolio) keepOwner() error {
	chosen := p.several["owner"]
	if p.Request().URL.Query().Has("owner") && len(chosen) < 2 { // several are of one visit
		owner := strings.Join(chosen, "")
		c := &http.Cookie{Name: ownerCookie, Value: url.QueryEscape(owner), Path: "/", MaxAge: cookieAge,
			HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: p.IsTLS()}
		if owner == "" {
			c.MaxAge = -1
		}
		p.kept = owner
		p.SetCookie(c)
		return nil
	}
	if len(chosen) > 0 {
		return nil
	}
	cookie, err := p.Cookie(ownerCookie)
	if err != nil { // there is none
		return nil
	}
	owner, err := url.QueryUnescape(cookie.Value)
	if err != nil {
		return nil
	}
	owners, err := p.store.Owners(p.ctx)
	if err == nil && (owner == history.NoOwner || slices.Contains(owners, owner)) {
		p.several["owner"], p.kept = []string{owner}, owner
	}
	return err
}
