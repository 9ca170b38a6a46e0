// Package chart draws Etappe's pictures as SVG: it is the only SVG builder of
// the house, for the pages of serve/web and for etappe model show --svg.
//
// In come plain numbers and texts that are ready to be read (in the reader's
// language, formatted, in the order in which they are to appear); out comes an
// svg element or a whole SVG file. A picture is a struct with exported fields,
// one noun a file: [Stage], [Timeline], [Coin], [Between], [Waterfall],
// [WhatIf], [Calibration], [Forest], [Renewals], [Shape], [Reach], [Trend], and
// the terms of a model, [Curve], [Heatmap] and [Bars].
//
// It refuses nothing: NaN is "not measured" where a field allows it, and leaves a
// gap. Texts are escaped. It imports the standard library only,
// and it alone of serve/web computes with "math": scales, ticks and rounding are
// here.
//
// Shapes of a page's pictures carry class names, and the page's stylesheet gives
// them colours, so that light, dark and print follow. Pictures that stand alone
// in a file ([Trend], and the model's terms) carry their own colours.
package chart
