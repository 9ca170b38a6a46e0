package web

import (
	"net/http"
	"net/url"
	"slices"
)

// ownerCookie keeps whose accounts a reader looks at.
const ownerCookie = "etappe_owner"

// keepOwner makes the filter by owner one that stays: ?owner= sets it, in the reader's
// browser too, and an address without it has the one that is kept, as long as the
// portfolio has accounts of it.
func (p *portfolio) keepOwner() error {
	if p.Request().URL.Query().Has("owner") {
		c := &http.Cookie{Name: ownerCookie, Value: url.QueryEscape(p.owner), Path: "/", MaxAge: cookieAge,
			HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: p.IsTLS()}
		if p.owner == "" {
			c.MaxAge = -1
		}
		p.kept = p.owner
		p.SetCookie(c)
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
	if err == nil && slices.Contains(owners, owner) {
		p.owner, p.kept = owner, owner
	}
	return err
}
