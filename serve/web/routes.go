package web

import "slices"

// route is an address and what answers there.
type route struct {
	path   string
	handle func(v *visit) error
}

// routes are all pages, a list beside each page's handlers; a handler ends in
// v.render.
var routes = slices.Concat(portfolioRoutes, changesRoutes, accountRoutes, clusterRoutes, modelRoutes, docsRoutes)
