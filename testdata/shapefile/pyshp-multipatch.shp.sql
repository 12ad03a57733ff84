PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "pyshp-multipatch" ("id" INTEGER, "geometry" TEXT);
INSERT INTO "pyshp-multipatch" VALUES(1,'{"type":"MultiPolygon","coordinates":[[[[0,0,0],[1,0,0],[1,1,0],[0,0,0]]],[[[1,0,0],[1,1,0],[0,1,1],[1,0,0]]],[[[0,0,5],[4,0,5],[4,4,5],[0,4,5],[0,0,5]],[[1,1,5],[1,2,5],[2,2,5],[1,1,5]]],[[[0,0,9],[1,0,9],[1,1,9],[0,0,9]]],[[[0,0,9],[1,1,9],[0,1,9],[0,0,9]]]]}');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('pyshp-multipatch.shp',NULL,'7b08ba1ccd362ffc42f3db64f95b36f72ac3756dff1473ecd4bb2287d002f9e8',760,'shapefile','utf-8',NULL,1,0,'[{"code":"crs-unknown","severity":"doubt","message":"nothing says in which reference system positions are, as a .prj file does, so that those of points are in the columns x and y","count":1},{"code":"multipatch","severity":"note","message":"a multipatch is areas of three coordinates","table":"pyshp-multipatch","row":1,"count":1}]');
COMMIT;
