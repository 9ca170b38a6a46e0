package features

import "github.com/etappe/etappe/features/catalog"

// The names of package catalog that other packages still use by way of this one.
type (
	Theme      = catalog.Theme
	Measure    = catalog.Measure
	Definition = catalog.Definition
	Monotone   = catalog.Monotone
	Catalog    = catalog.Catalog
	Omission   = catalog.Omission
)

// The constants of package catalog.
const (
	Adoption   = catalog.Adoption
	People     = catalog.People
	Support    = catalog.Support
	Sentiment  = catalog.Sentiment
	Commercial = catalog.Commercial
	Calendar   = catalog.Calendar

	Reactive = catalog.Reactive

	MeasureCount         = catalog.MeasureCount
	MeasureTrend         = catalog.MeasureTrend
	MeasureLast          = catalog.MeasureLast
	MeasureAnswered      = catalog.MeasureAnswered
	MeasureActiveUsers   = catalog.MeasureActiveUsers
	MeasureConcentration = catalog.MeasureConcentration
	MeasureTenure        = catalog.MeasureTenure
	MeasureDaysToRenewal = catalog.MeasureDaysToRenewal
	MeasureAttribute     = catalog.MeasureAttribute
	MeasureColumn        = catalog.MeasureColumn

	ShareOf = catalog.ShareOf
	AsItIs  = catalog.AsItIs

	Increasing = catalog.Increasing
	Decreasing = catalog.Decreasing
)

// ErrCatalog is catalog.ErrCatalog.
var ErrCatalog = catalog.ErrCatalog
