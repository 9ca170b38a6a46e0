package web

import "net/url"

// address joins a path and a query.
func address(path string, query url.Values) string {
	u := url.URL{Path: path, RawQuery: query.Encode()}
	return u.String()
}

// accountHref is the address of an account's page.
func accountHref(id string) string { return "/accounts/" + url.PathEscape(id) }

// clusterHref is the address of a cluster's page.
func clusterHref(id string) string { return "/clusters/" + url.PathEscape(id) }
