// @ts-nocheck
// This file is auto-generated from openapi/config.yaml by ajv: do not edit.
import type { ErrorObject } from 'ajv';
import type { Config } from './types.gen.ts';

"use strict";
const validate = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","title":"Probity configuration","type":"object","additionalProperties":false,"properties":{"host":{"$ref":"#/$defs/Host"},"port":{"description":"The port to listen on; 0 takes any free one.","type":"integer","minimum":0,"maximum":65535,"default":8000},"contract":{"$ref":"#/$defs/DocumentPath"},"contractFolder":{"$ref":"#/$defs/DocumentFolder"},"overlays":{"description":"OpenAPI overlays that are laid over the document of one's own, one after the other.","type":"array","minItems":1,"items":{"$ref":"#/$defs/OverlayPath"}},"releaseId":{"description":"Which release of the service answers, for documents whose answers say so.","$ref":"#/$defs/Label"},"mergeContract":{"description":"Whether the built-in document is served beside the one of one's own.","type":"boolean","default":false},"maxEventLoopDelay":{"description":"Liveness fails when the event loop has been stuck for longer.","$ref":"#/$defs/Duration","default":"10s"},"simulation":{"description":"Whether failures may be simulated; on an address that others can reach only with tokens.","type":["boolean","object"],"additionalProperties":false,"properties":{"enabled":{"description":"Whether failures of checks may be simulated.","type":"boolean","default":true},"liveness":{"description":"Whether liveness may be failed on purpose as well, which restarts the pod.","type":"boolean","default":false}},"default":false},"access":{"description":"Who may ask for more than the probes; without tokens, this machine alone.","type":"object","additionalProperties":false,"properties":{"tokens":{"description":"The bearer tokens that open what is guarded.","type":"array","items":{"$ref":"#/$defs/Token"}},"tokensFile":{"$ref":"#/$defs/TokensFile"},"protect":{"description":"What is guarded as simulation is, beside it; probes never are, and an empty list opens the rest.","type":"array","items":{"$ref":"#/$defs/Protected"},"default":["checks"]}}},"management":{"description":"A listener of its own for everything but the probes.","type":"object","additionalProperties":false,"required":["port"],"properties":{"port":{"description":"The port of that listener; 0 takes any free one.","type":"integer","minimum":0,"maximum":65535},"host":{"$ref":"#/$defs/ManagementHost"}}},"fleet":{"description":"How replicas share their faults.","type":"object","additionalProperties":false,"required":["redis"],"properties":{"redis":{"$ref":"#/$defs/FleetUrl"},"name":{"$ref":"#/$defs/FleetName"}}},"shutdown":{"description":"How the service goes.","type":"object","additionalProperties":false,"properties":{"drainDelay":{"description":"How long requests are still served after readiness has turned 503.","$ref":"#/$defs/Duration","default":"5s"},"deadline":{"description":"When the service ends at the latest, whatever is still open; counted from the signal.","$ref":"#/$defs/Duration","default":"25s"},"signals":{"description":"Signals that let it go beside SIGTERM and SIGINT.","type":"array","items":{"enum":["SIGHUP","SIGQUIT"]},"default":[]}}},"heartbeats":{"description":"How long each program that tells of its progress may be silent, by the name of its heartbeat.","type":"object","propertyNames":{"$ref":"#/$defs/CheckName"},"additionalProperties":{"$ref":"#/$defs/Duration"},"default":{}},"log":{"description":"What is logged.","type":"object","additionalProperties":false,"properties":{"level":{"$ref":"#/$defs/LogLevel"}}},"checks":{"description":"The dependencies to watch, by name.","type":"object","propertyNames":{"$ref":"#/$defs/CheckName"},"additionalProperties":{"$ref":"#/$defs/CheckConfig"},"default":{}}},"$defs":{"Host":{"description":"An address to listen on, such as 127.0.0.1 or ::1","type":"string","pattern":"^\\S+$","default":"127.0.0.1"},"DocumentPath":{"description":"A path to an OpenAPI document, to serve in place of the built-in one","type":"string","pattern":"\\S"},"DocumentFolder":{"description":"A folder that the `$ref`s of the document may lead into; the document's own when left out","type":"string","pattern":"\\S"},"OverlayPath":{"description":"A path to an OpenAPI overlay","type":"string","pattern":"\\S"},"ManagementHost":{"description":"An address to listen on for everything but the probes, such as 127.0.0.1; that of `host` when left out","type":"string","pattern":"^\\S+$"},"Token":{"description":"A bearer token with the name of who holds it.","type":"object","additionalProperties":false,"required":["name","token"],"properties":{"name":{"$ref":"#/$defs/TokenName"},"token":{"$ref":"#/$defs/TokenSecret"}}},"TokenName":{"description":"A name of at most 63 letters, digits, `_` and `-` that begins with a letter","type":"string","pattern":"^[A-Za-z][A-Za-z0-9_-]{0,62}$"},"TokenSecret":{"description":"At least 16 letters, digits and -._~+/, as in the output of `openssl rand -hex 24`","type":"string","pattern":"^[A-Za-z0-9._~+/-]{16,512}=*$"},"TokensFile":{"description":"A file of lines such as name:token","type":"string","pattern":"^.*\\S.*$"},"Protected":{"description":"What is guarded.","type":"string","enum":["checks","metrics","docs"]},"FleetUrl":{"description":"A URL such as redis://user:password@host:6379/0, redis+sentinel://host:26379,host:26379/master or redis+cluster://host:6379,host:6379","type":"string","pattern":"^rediss?(\\+(sentinel|cluster))?://\\S+$"},"FleetName":{"description":"A name of at most 63 letters, digits, `_` and `-` that begins with a letter","type":"string","pattern":"^[A-Za-z][A-Za-z0-9_-]{0,62}$","default":"probity"},"LogLevel":{"description":"The least that is logged.","type":"string","enum":["debug","info","warn","error","silent"],"default":"info"},"CheckName":{"description":"A name of at most 63 letters, digits, `_` and `-` that begins with a letter","type":"string","pattern":"^[A-Za-z][A-Za-z0-9_-]{0,62}$"},"CheckConfig":{"description":"A dependency, and how it is watched.","type":"object","discriminator":{"propertyName":"kind"},"oneOf":[{"$ref":"#/$defs/PostgresCheck"},{"$ref":"#/$defs/RedisCheck"},{"$ref":"#/$defs/RabbitmqCheck"},{"$ref":"#/$defs/HttpCheck"}]},"PostgresCheck":{"description":"A PostgreSQL server, asked with a query.","type":"object","additionalProperties":false,"required":["kind","url"],"properties":{"kind":{"description":"What the dependency is.","type":"string","const":"postgres"},"url":{"$ref":"#/$defs/PostgresUrl"},"writable":{"description":"Whether a read-only standby counts as down.","type":"boolean","default":false},"label":{"$ref":"#/$defs/Label"},"requiredFor":{"$ref":"#/$defs/RequiredFor"},"interval":{"$ref":"#/$defs/Interval"},"timeout":{"$ref":"#/$defs/Timeout"},"staleAfter":{"$ref":"#/$defs/StaleAfter"},"failAfter":{"$ref":"#/$defs/FailAfter"},"recoverAfter":{"$ref":"#/$defs/RecoverAfter"},"canary":{"$ref":"#/$defs/Canary"},"certificateDays":{"$ref":"#/$defs/CertificateDays"},"tls":{"$ref":"#/$defs/Tls"}}},"RedisCheck":{"description":"A Redis server, asked with PING.","type":"object","additionalProperties":false,"required":["kind","url"],"properties":{"kind":{"description":"What the dependency is.","type":"string","const":"redis"},"url":{"$ref":"#/$defs/RedisUrl"},"writable":{"description":"Whether a read-only replica counts as down.","type":"boolean","default":false},"label":{"$ref":"#/$defs/Label"},"requiredFor":{"$ref":"#/$defs/RequiredFor"},"interval":{"$ref":"#/$defs/Interval"},"timeout":{"$ref":"#/$defs/Timeout"},"staleAfter":{"$ref":"#/$defs/StaleAfter"},"failAfter":{"$ref":"#/$defs/FailAfter"},"recoverAfter":{"$ref":"#/$defs/RecoverAfter"},"canary":{"$ref":"#/$defs/Canary"},"certificateDays":{"$ref":"#/$defs/CertificateDays"},"tls":{"$ref":"#/$defs/Tls"}}},"RabbitmqCheck":{"description":"A RabbitMQ broker, asked with a round trip on a channel.","type":"object","additionalProperties":false,"required":["kind","url"],"properties":{"kind":{"description":"What the dependency is.","type":"string","const":"rabbitmq"},"url":{"$ref":"#/$defs/AmqpUrl"},"writable":{"description":"Whether to publish as well, so that an alarm shows.","type":"boolean","default":false},"label":{"$ref":"#/$defs/Label"},"requiredFor":{"$ref":"#/$defs/RequiredFor"},"interval":{"$ref":"#/$defs/Interval"},"timeout":{"$ref":"#/$defs/Timeout"},"staleAfter":{"$ref":"#/$defs/StaleAfter"},"failAfter":{"$ref":"#/$defs/FailAfter"},"recoverAfter":{"$ref":"#/$defs/RecoverAfter"},"canary":{"$ref":"#/$defs/Canary"},"certificateDays":{"$ref":"#/$defs/CertificateDays"},"tls":{"$ref":"#/$defs/Tls"}}},"HttpCheck":{"description":"A service over HTTP, asked with GET.","type":"object","additionalProperties":false,"required":["kind","url"],"properties":{"kind":{"description":"What the dependency is.","type":"string","const":"http"},"url":{"$ref":"#/$defs/HttpUrl"},"status":{"description":"The status codes that count as up; any 2xx when left out.","type":"array","minItems":1,"items":{"type":"integer","minimum":200,"maximum":599}},"schema":{"description":"A JSON Schema that the body must satisfy; any body will do when left out.","type":"object","additionalProperties":true},"maxBytes":{"description":"The longest body that is read, in bytes; a longer one counts as down.","type":"integer","minimum":1,"maximum":1073741824,"default":65536},"headers":{"description":"Headers to send, by name. Their values are secrets and are never shown.","type":"object","propertyNames":{"$ref":"#/$defs/HeaderName"},"additionalProperties":{"$ref":"#/$defs/HeaderValue"},"default":{}},"label":{"$ref":"#/$defs/Label"},"requiredFor":{"$ref":"#/$defs/RequiredFor"},"interval":{"$ref":"#/$defs/Interval"},"timeout":{"$ref":"#/$defs/Timeout"},"staleAfter":{"$ref":"#/$defs/StaleAfter"},"failAfter":{"$ref":"#/$defs/FailAfter"},"recoverAfter":{"$ref":"#/$defs/RecoverAfter"},"certificateDays":{"$ref":"#/$defs/CertificateDays"},"tls":{"$ref":"#/$defs/Tls"}}},"Label":{"description":"A name for people of at most 100 characters, as in \"Database not available\"","type":"string","pattern":"^(?!.*(?![\\u200c\\u200d])[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}])\\S(.{0,98}\\S)?$"},"RequiredFor":{"description":"What fails with the check. `startup`, only until the service has started; `nothing`, it only degrades.","type":"string","enum":["readiness","startup","nothing"],"default":"readiness"},"Interval":{"description":"From the start of one run to the start of the next.","$ref":"#/$defs/Duration","default":"5s"},"Timeout":{"description":"The deadline of a run.","$ref":"#/$defs/Duration","default":"1s"},"StaleAfter":{"description":"A result older than this is stale, and stale counts as down; 3 × (interval + timeout) when left out.","$ref":"#/$defs/Duration"},"FailAfter":{"description":"Consecutive failures to go down.","type":"integer","minimum":1,"maximum":1000,"default":2},"RecoverAfter":{"description":"Consecutive successes to come back up.","type":"integer","minimum":1,"maximum":1000,"default":2},"Canary":{"description":"A duration such as 5m, false, or a mapping of `every` and `required`","type":["string","boolean","object"],"pattern":"^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$","not":{"const":true},"additionalProperties":false,"properties":{"every":{"description":"How often a fresh connection is tried.","$ref":"#/$defs/Duration","default":"5m"},"required":{"description":"Whether it counts like a run when it fails, instead of degrading.","type":"boolean","default":false}},"default":"5m"},"CertificateDays":{"description":"The check is degraded when the server's certificate expires within so many days.","type":"integer","minimum":0,"maximum":3650,"default":14},"Tls":{"description":"How the server is known, and how it knows this client.","type":"object","additionalProperties":false,"properties":{"ca":{"$ref":"#/$defs/Pem"},"cert":{"$ref":"#/$defs/Pem"},"key":{"$ref":"#/$defs/Pem"},"servername":{"$ref":"#/$defs/ServerName"}}},"Pem":{"description":"The path of a PEM file, which is read again when it changes, or PEM itself","type":"string","pattern":"\\S"},"ServerName":{"description":"The name that the server's certificate has to have, such as db.example.com","type":"string","pattern":"^\\S+$"},"Duration":{"description":"A duration such as 800ms, 5s, 1m or 1h","type":"string","pattern":"^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$"},"PostgresUrl":{"description":"A URL such as postgres://user:password@host:5432/database","type":"string","pattern":"^postgres(ql)?://\\S+$"},"RedisUrl":{"description":"A URL such as redis://user:password@host:6379/0, or rediss:// for TLS","type":"string","pattern":"^rediss?(\\+(sentinel|cluster))?://\\S+$"},"AmqpUrl":{"description":"A URL such as amqp://user:password@host:5672/vhost, or amqps:// for TLS","type":"string","pattern":"^amqps?://\\S+$"},"HttpUrl":{"description":"A URL such as https://host:443/path","type":"string","pattern":"^https?://\\S+$"},"HeaderName":{"description":"A header name such as Authorization","type":"string","pattern":"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"},"HeaderValue":{"description":"A string of one line, in quotes if it looks like a number","type":"string","pattern":"^[\\t\\x20-\\x7e\\x80-\\xff]*$"}}};
const schema32 = {"description":"An address to listen on, such as 127.0.0.1 or ::1","type":"string","pattern":"^\\S+$","default":"127.0.0.1"};
const schema33 = {"description":"A path to an OpenAPI document, to serve in place of the built-in one","type":"string","pattern":"\\S"};
const schema34 = {"description":"A folder that the `$ref`s of the document may lead into; the document's own when left out","type":"string","pattern":"\\S"};
const schema35 = {"description":"A path to an OpenAPI overlay","type":"string","pattern":"\\S"};
const schema36 = {"description":"A name for people of at most 100 characters, as in \"Database not available\"","type":"string","pattern":"^(?!.*(?![\\u200c\\u200d])[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}])\\S(.{0,98}\\S)?$"};
const schema37 = {"description":"A duration such as 800ms, 5s, 1m or 1h","type":"string","pattern":"^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$"};
const schema41 = {"description":"A file of lines such as name:token","type":"string","pattern":"^.*\\S.*$"};
const schema42 = {"description":"What is guarded.","type":"string","enum":["checks","metrics","docs"]};
const schema43 = {"description":"An address to listen on for everything but the probes, such as 127.0.0.1; that of `host` when left out","type":"string","pattern":"^\\S+$"};
const schema44 = {"description":"A URL such as redis://user:password@host:6379/0, redis+sentinel://host:26379,host:26379/master or redis+cluster://host:6379,host:6379","type":"string","pattern":"^rediss?(\\+(sentinel|cluster))?://\\S+$"};
const schema45 = {"description":"A name of at most 63 letters, digits, `_` and `-` that begins with a letter","type":"string","pattern":"^[A-Za-z][A-Za-z0-9_-]{0,62}$","default":"probity"};
const schema48 = {"description":"A name of at most 63 letters, digits, `_` and `-` that begins with a letter","type":"string","pattern":"^[A-Za-z][A-Za-z0-9_-]{0,62}$"};
const schema50 = {"description":"The least that is logged.","type":"string","enum":["debug","info","warn","error","silent"],"default":"info"};
const func1 = Object.prototype.hasOwnProperty;
const pattern4 = new RegExp("^\\S+$", "u");
const pattern5 = new RegExp("\\S", "u");
const pattern8 = new RegExp("^(?!.*(?![\\u200c\\u200d])[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}])\\S(.{0,98}\\S)?$", "u");
const pattern9 = new RegExp("^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$", "u");
const pattern12 = new RegExp("^.*\\S.*$", "u");
const pattern14 = new RegExp("^rediss?(\\+(sentinel|cluster))?://\\S+$", "u");
const pattern10 = new RegExp("^[A-Za-z][A-Za-z0-9_-]{0,62}$", "u");
const schema38 = {"description":"A bearer token with the name of who holds it.","type":"object","additionalProperties":false,"required":["name","token"],"properties":{"name":{"$ref":"#/$defs/TokenName"},"token":{"$ref":"#/$defs/TokenSecret"}}};
const schema39 = {"description":"A name of at most 63 letters, digits, `_` and `-` that begins with a letter","type":"string","pattern":"^[A-Za-z][A-Za-z0-9_-]{0,62}$"};
const schema40 = {"description":"At least 16 letters, digits and -._~+/, as in the output of `openssl rand -hex 24`","type":"string","pattern":"^[A-Za-z0-9._~+/-]{16,512}=*$"};
const pattern11 = new RegExp("^[A-Za-z0-9._~+/-]{16,512}=*$", "u");

function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate21.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.name === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"},schema:schema38.required,parentSchema:schema38,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.token === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "token"},schema:schema38.required,parentSchema:schema38,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!((key0 === "name") || (key0 === "token"))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema38,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.name !== undefined){
let data0 = data.name;
if(typeof data0 === "string"){
if(!pattern10.test(data0)){
const err3 = {instancePath:instancePath+"/name",schemaPath:"#/$defs/TokenName/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z][A-Za-z0-9_-]{0,62}$"},schema:"^[A-Za-z][A-Za-z0-9_-]{0,62}$",parentSchema:schema39,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/name",schemaPath:"#/$defs/TokenName/type",keyword:"type",params:{type: "string"},schema:schema39.type,parentSchema:schema39,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.token !== undefined){
let data1 = data.token;
if(typeof data1 === "string"){
if(!pattern11.test(data1)){
const err5 = {instancePath:instancePath+"/token",schemaPath:"#/$defs/TokenSecret/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9._~+/-]{16,512}=*$"},schema:"^[A-Za-z0-9._~+/-]{16,512}=*$",parentSchema:schema40,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/token",schemaPath:"#/$defs/TokenSecret/type",keyword:"type",params:{type: "string"},schema:schema40.type,parentSchema:schema40,data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
else {
const err7 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema38.type,parentSchema:schema38,data};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
validate21.errors = vErrors;
return errors === 0;
}
validate21.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema52 = {"description":"A dependency, and how it is watched.","type":"object","discriminator":{"propertyName":"kind"},"oneOf":[{"$ref":"#/$defs/PostgresCheck"},{"$ref":"#/$defs/RedisCheck"},{"$ref":"#/$defs/RabbitmqCheck"},{"$ref":"#/$defs/HttpCheck"}]};
const schema53 = {"description":"A PostgreSQL server, asked with a query.","type":"object","additionalProperties":false,"required":["kind","url"],"properties":{"kind":{"description":"What the dependency is.","type":"string","const":"postgres"},"url":{"$ref":"#/$defs/PostgresUrl"},"writable":{"description":"Whether a read-only standby counts as down.","type":"boolean","default":false},"label":{"$ref":"#/$defs/Label"},"requiredFor":{"$ref":"#/$defs/RequiredFor"},"interval":{"$ref":"#/$defs/Interval"},"timeout":{"$ref":"#/$defs/Timeout"},"staleAfter":{"$ref":"#/$defs/StaleAfter"},"failAfter":{"$ref":"#/$defs/FailAfter"},"recoverAfter":{"$ref":"#/$defs/RecoverAfter"},"canary":{"$ref":"#/$defs/Canary"},"certificateDays":{"$ref":"#/$defs/CertificateDays"},"tls":{"$ref":"#/$defs/Tls"}}};
const schema54 = {"description":"A URL such as postgres://user:password@host:5432/database","type":"string","pattern":"^postgres(ql)?://\\S+$"};
const schema56 = {"description":"What fails with the check. `startup`, only until the service has started; `nothing`, it only degrades.","type":"string","enum":["readiness","startup","nothing"],"default":"readiness"};
const schema60 = {"description":"Consecutive failures to go down.","type":"integer","minimum":1,"maximum":1000,"default":2};
const schema61 = {"description":"Consecutive successes to come back up.","type":"integer","minimum":1,"maximum":1000,"default":2};
const schema64 = {"description":"The check is degraded when the server's certificate expires within so many days.","type":"integer","minimum":0,"maximum":3650,"default":14};
const pattern21 = new RegExp("^postgres(ql)?://\\S+$", "u");
const schema62 = {"description":"A duration such as 5m, false, or a mapping of `every` and `required`","type":["string","boolean","object"],"pattern":"^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$","not":{"const":true},"additionalProperties":false,"properties":{"every":{"description":"How often a fresh connection is tried.","$ref":"#/$defs/Duration","default":"5m"},"required":{"description":"Whether it counts like a run when it fails, instead of degrading.","type":"boolean","default":false}},"default":"5m"};

function validate25(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate25.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(((typeof data !== "string") && (typeof data !== "boolean")) && (!(data && typeof data == "object" && !Array.isArray(data)))){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema62.type},schema:schema62.type,parentSchema:schema62,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
const _errs1 = errors;
const _errs2 = errors;
if(true !== data){
const err1 = {};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
var valid0 = _errs2 === errors;
if(valid0){
const err2 = {instancePath,schemaPath:"#/not",keyword:"not",params:{},schema:schema62.not,parentSchema:schema62,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
else {
errors = _errs1;
if(vErrors !== null){
if(_errs1){
vErrors.length = _errs1;
}
else {
vErrors = null;
}
}
}
if(typeof data === "string"){
if(!pattern9.test(data)){
const err3 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$"},schema:"^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$",parentSchema:schema62,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((key0 === "every") || (key0 === "required"))){
const err4 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema62,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.every !== undefined){
let data0 = data.every;
if(typeof data0 === "string"){
if(!pattern9.test(data0)){
const err5 = {instancePath:instancePath+"/every",schemaPath:"#/$defs/Duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$"},schema:"^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$",parentSchema:schema37,data:data0};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/every",schemaPath:"#/$defs/Duration/type",keyword:"type",params:{type: "string"},schema:schema37.type,parentSchema:schema37,data:data0};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.required !== undefined){
let data1 = data.required;
if(typeof data1 !== "boolean"){
const err7 = {instancePath:instancePath+"/required",schemaPath:"#/properties/required/type",keyword:"type",params:{type: "boolean"},schema:schema62.properties.required.type,parentSchema:schema62.properties.required,data:data1};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
validate25.errors = vErrors;
return errors === 0;
}
validate25.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema65 = {"description":"How the server is known, and how it knows this client.","type":"object","additionalProperties":false,"properties":{"ca":{"$ref":"#/$defs/Pem"},"cert":{"$ref":"#/$defs/Pem"},"key":{"$ref":"#/$defs/Pem"},"servername":{"$ref":"#/$defs/ServerName"}}};
const schema66 = {"description":"The path of a PEM file, which is read again when it changes, or PEM itself","type":"string","pattern":"\\S"};
const schema69 = {"description":"The name that the server's certificate has to have, such as db.example.com","type":"string","pattern":"^\\S+$"};

function validate27(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate27.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((key0 === "ca") || (key0 === "cert")) || (key0 === "key")) || (key0 === "servername"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema65,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.ca !== undefined){
let data0 = data.ca;
if(typeof data0 === "string"){
if(!pattern5.test(data0)){
const err1 = {instancePath:instancePath+"/ca",schemaPath:"#/$defs/Pem/pattern",keyword:"pattern",params:{pattern: "\\S"},schema:"\\S",parentSchema:schema66,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/ca",schemaPath:"#/$defs/Pem/type",keyword:"type",params:{type: "string"},schema:schema66.type,parentSchema:schema66,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.cert !== undefined){
let data1 = data.cert;
if(typeof data1 === "string"){
if(!pattern5.test(data1)){
const err3 = {instancePath:instancePath+"/cert",schemaPath:"#/$defs/Pem/pattern",keyword:"pattern",params:{pattern: "\\S"},schema:"\\S",parentSchema:schema66,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/cert",schemaPath:"#/$defs/Pem/type",keyword:"type",params:{type: "string"},schema:schema66.type,parentSchema:schema66,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.key !== undefined){
let data2 = data.key;
if(typeof data2 === "string"){
if(!pattern5.test(data2)){
const err5 = {instancePath:instancePath+"/key",schemaPath:"#/$defs/Pem/pattern",keyword:"pattern",params:{pattern: "\\S"},schema:"\\S",parentSchema:schema66,data:data2};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/key",schemaPath:"#/$defs/Pem/type",keyword:"type",params:{type: "string"},schema:schema66.type,parentSchema:schema66,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.servername !== undefined){
let data3 = data.servername;
if(typeof data3 === "string"){
if(!pattern4.test(data3)){
const err7 = {instancePath:instancePath+"/servername",schemaPath:"#/$defs/ServerName/pattern",keyword:"pattern",params:{pattern: "^\\S+$"},schema:"^\\S+$",parentSchema:schema69,data:data3};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/servername",schemaPath:"#/$defs/ServerName/type",keyword:"type",params:{type: "string"},schema:schema69.type,parentSchema:schema69,data:data3};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
else {
const err9 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema65.type,parentSchema:schema65,data};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
validate27.errors = vErrors;
return errors === 0;
}
validate27.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate24(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate24.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.kind === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},schema:schema53.required,parentSchema:schema53,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.url === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "url"},schema:schema53.required,parentSchema:schema53,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!(func1.call(schema53.properties, key0))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema53,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.kind !== undefined){
let data0 = data.kind;
if(typeof data0 !== "string"){
const err3 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/type",keyword:"type",params:{type: "string"},schema:schema53.properties.kind.type,parentSchema:schema53.properties.kind,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if("postgres" !== data0){
const err4 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "postgres"},schema:"postgres",parentSchema:schema53.properties.kind,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.url !== undefined){
let data1 = data.url;
if(typeof data1 === "string"){
if(!pattern21.test(data1)){
const err5 = {instancePath:instancePath+"/url",schemaPath:"#/$defs/PostgresUrl/pattern",keyword:"pattern",params:{pattern: "^postgres(ql)?://\\S+$"},schema:"^postgres(ql)?://\\S+$",parentSchema:schema54,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/url",schemaPath:"#/$defs/PostgresUrl/type",keyword:"type",params:{type: "string"},schema:schema54.type,parentSchema:schema54,data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.writable !== undefined){
let data2 = data.writable;
if(typeof data2 !== "boolean"){
const err7 = {instancePath:instancePath+"/writable",schemaPath:"#/properties/writable/type",keyword:"type",params:{type: "boolean"},schema:schema53.properties.writable.type,parentSchema:schema53.properties.writable,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.label !== undefined){
let data3 = data.label;
if(typeof data3 === "string"){
if(!pattern8.test(data3)){
const err8 = {instancePath:instancePath+"/label",schemaPath:"#/$defs/Label/pattern",keyword:"pattern",params:{pattern: "^(?!.*(?![\\u200c\\u200d])[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}])\\S(.{0,98}\\S)?$"},schema:"^(?!.*(?![\\u200c\\u200d])[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}])\\S(.{0,98}\\S)?$",parentSchema:schema36,data:data3};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/label",schemaPath:"#/$defs/Label/type",keyword:"type",params:{type: "string"},schema:schema36.type,parentSchema:schema36,data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.requiredFor !== undefined){
let data4 = data.requiredFor;
if(typeof data4 !== "string"){
const err10 = {instancePath:instancePath+"/requiredFor",schemaPath:"#/$defs/RequiredFor/type",keyword:"type",params:{type: "string"},schema:schema56.type,parentSchema:schema56,data:data4};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(!(((data4 === "readiness") || (data4 === "startup")) || (data4 === "nothing"))){
const err11 = {instancePath:instancePath+"/requiredFor",schemaPath:"#/$defs/RequiredFor/enum",keyword:"enum",params:{allowedValues: schema56.enum},schema:schema56.enum,parentSchema:schema56,data:data4};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.interval !== undefined){
let data5 = data.interval;
if(typeof data5 === "string"){
if(!pattern9.test(data5)){
const err12 = {instancePath:instancePath+"/interval",schemaPath:"#/$defs/Interval/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$"},schema:"^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$",parentSchema:schema37,data:data5};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/interval",schemaPath:"#/$defs/Interval/type",keyword:"type",params:{type: "string"},schema:schema37.type,parentSchema:schema37,data:data5};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.timeout !== undefined){
let data6 = data.timeout;
if(typeof data6 === "string"){
if(!pattern9.test(data6)){
const err14 = {instancePath:instancePath+"/timeout",schemaPath:"#/$defs/Timeout/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$"},schema:"^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$",parentSchema:schema37,data:data6};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/timeout",schemaPath:"#/$defs/Timeout/type",keyword:"type",params:{type: "string"},schema:schema37.type,parentSchema:schema37,data:data6};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.staleAfter !== undefined){
let data7 = data.staleAfter;
if(typeof data7 === "string"){
if(!pattern9.test(data7)){
const err16 = {instancePath:instancePath+"/staleAfter",schemaPath:"#/$defs/StaleAfter/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$"},schema:"^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$",parentSchema:schema37,data:data7};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
else {
const err17 = {instancePath:instancePath+"/staleAfter",schemaPath:"#/$defs/StaleAfter/type",keyword:"type",params:{type: "string"},schema:schema37.type,parentSchema:schema37,data:data7};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.failAfter !== undefined){
let data8 = data.failAfter;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
const err18 = {instancePath:instancePath+"/failAfter",schemaPath:"#/$defs/FailAfter/type",keyword:"type",params:{type: "integer"},schema:schema60.type,parentSchema:schema60,data:data8};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 > 1000 || isNaN(data8)){
const err19 = {instancePath:instancePath+"/failAfter",schemaPath:"#/$defs/FailAfter/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},schema:1000,parentSchema:schema60,data:data8};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(data8 < 1 || isNaN(data8)){
const err20 = {instancePath:instancePath+"/failAfter",schemaPath:"#/$defs/FailAfter/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema60,data:data8};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
if(data.recoverAfter !== undefined){
let data9 = data.recoverAfter;
if(!(((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9))) && (isFinite(data9)))){
const err21 = {instancePath:instancePath+"/recoverAfter",schemaPath:"#/$defs/RecoverAfter/type",keyword:"type",params:{type: "integer"},schema:schema61.type,parentSchema:schema61,data:data9};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if((typeof data9 == "number") && (isFinite(data9))){
if(data9 > 1000 || isNaN(data9)){
const err22 = {instancePath:instancePath+"/recoverAfter",schemaPath:"#/$defs/RecoverAfter/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},schema:1000,parentSchema:schema61,data:data9};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
if(data9 < 1 || isNaN(data9)){
const err23 = {instancePath:instancePath+"/recoverAfter",schemaPath:"#/$defs/RecoverAfter/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema61,data:data9};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
}
if(data.canary !== undefined){
if(!(validate25(data.canary, {instancePath:instancePath+"/canary",parentData:data,parentDataProperty:"canary",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.certificateDays !== undefined){
let data11 = data.certificateDays;
if(!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))){
const err24 = {instancePath:instancePath+"/certificateDays",schemaPath:"#/$defs/CertificateDays/type",keyword:"type",params:{type: "integer"},schema:schema64.type,parentSchema:schema64,data:data11};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 > 3650 || isNaN(data11)){
const err25 = {instancePath:instancePath+"/certificateDays",schemaPath:"#/$defs/CertificateDays/maximum",keyword:"maximum",params:{comparison: "<=", limit: 3650},schema:3650,parentSchema:schema64,data:data11};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(data11 < 0 || isNaN(data11)){
const err26 = {instancePath:instancePath+"/certificateDays",schemaPath:"#/$defs/CertificateDays/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},schema:0,parentSchema:schema64,data:data11};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
}
if(data.tls !== undefined){
if(!(validate27(data.tls, {instancePath:instancePath+"/tls",parentData:data,parentDataProperty:"tls",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
}
else {
const err27 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema53.type,parentSchema:schema53,data};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
validate24.errors = vErrors;
return errors === 0;
}
validate24.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema70 = {"description":"A Redis server, asked with PING.","type":"object","additionalProperties":false,"required":["kind","url"],"properties":{"kind":{"description":"What the dependency is.","type":"string","const":"redis"},"url":{"$ref":"#/$defs/RedisUrl"},"writable":{"description":"Whether a read-only replica counts as down.","type":"boolean","default":false},"label":{"$ref":"#/$defs/Label"},"requiredFor":{"$ref":"#/$defs/RequiredFor"},"interval":{"$ref":"#/$defs/Interval"},"timeout":{"$ref":"#/$defs/Timeout"},"staleAfter":{"$ref":"#/$defs/StaleAfter"},"failAfter":{"$ref":"#/$defs/FailAfter"},"recoverAfter":{"$ref":"#/$defs/RecoverAfter"},"canary":{"$ref":"#/$defs/Canary"},"certificateDays":{"$ref":"#/$defs/CertificateDays"},"tls":{"$ref":"#/$defs/Tls"}}};
const schema71 = {"description":"A URL such as redis://user:password@host:6379/0, or rediss:// for TLS","type":"string","pattern":"^rediss?(\\+(sentinel|cluster))?://\\S+$"};

function validate29(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate29.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.kind === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},schema:schema70.required,parentSchema:schema70,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.url === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "url"},schema:schema70.required,parentSchema:schema70,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!(func1.call(schema70.properties, key0))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema70,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.kind !== undefined){
let data0 = data.kind;
if(typeof data0 !== "string"){
const err3 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/type",keyword:"type",params:{type: "string"},schema:schema70.properties.kind.type,parentSchema:schema70.properties.kind,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if("redis" !== data0){
const err4 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "redis"},schema:"redis",parentSchema:schema70.properties.kind,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.url !== undefined){
let data1 = data.url;
if(typeof data1 === "string"){
if(!pattern14.test(data1)){
const err5 = {instancePath:instancePath+"/url",schemaPath:"#/$defs/RedisUrl/pattern",keyword:"pattern",params:{pattern: "^rediss?(\\+(sentinel|cluster))?://\\S+$"},schema:"^rediss?(\\+(sentinel|cluster))?://\\S+$",parentSchema:schema71,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/url",schemaPath:"#/$defs/RedisUrl/type",keyword:"type",params:{type: "string"},schema:schema71.type,parentSchema:schema71,data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.writable !== undefined){
let data2 = data.writable;
if(typeof data2 !== "boolean"){
const err7 = {instancePath:instancePath+"/writable",schemaPath:"#/properties/writable/type",keyword:"type",params:{type: "boolean"},schema:schema70.properties.writable.type,parentSchema:schema70.properties.writable,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.label !== undefined){
let data3 = data.label;
if(typeof data3 === "string"){
if(!pattern8.test(data3)){
const err8 = {instancePath:instancePath+"/label",schemaPath:"#/$defs/Label/pattern",keyword:"pattern",params:{pattern: "^(?!.*(?![\\u200c\\u200d])[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}])\\S(.{0,98}\\S)?$"},schema:"^(?!.*(?![\\u200c\\u200d])[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}])\\S(.{0,98}\\S)?$",parentSchema:schema36,data:data3};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/label",schemaPath:"#/$defs/Label/type",keyword:"type",params:{type: "string"},schema:schema36.type,parentSchema:schema36,data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.requiredFor !== undefined){
let data4 = data.requiredFor;
if(typeof data4 !== "string"){
const err10 = {instancePath:instancePath+"/requiredFor",schemaPath:"#/$defs/RequiredFor/type",keyword:"type",params:{type: "string"},schema:schema56.type,parentSchema:schema56,data:data4};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(!(((data4 === "readiness") || (data4 === "startup")) || (data4 === "nothing"))){
const err11 = {instancePath:instancePath+"/requiredFor",schemaPath:"#/$defs/RequiredFor/enum",keyword:"enum",params:{allowedValues: schema56.enum},schema:schema56.enum,parentSchema:schema56,data:data4};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.interval !== undefined){
let data5 = data.interval;
if(typeof data5 === "string"){
if(!pattern9.test(data5)){
const err12 = {instancePath:instancePath+"/interval",schemaPath:"#/$defs/Interval/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$"},schema:"^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$",parentSchema:schema37,data:data5};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/interval",schemaPath:"#/$defs/Interval/type",keyword:"type",params:{type: "string"},schema:schema37.type,parentSchema:schema37,data:data5};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.timeout !== undefined){
let data6 = data.timeout;
if(typeof data6 === "string"){
if(!pattern9.test(data6)){
const err14 = {instancePath:instancePath+"/timeout",schemaPath:"#/$defs/Timeout/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$"},schema:"^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$",parentSchema:schema37,data:data6};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/timeout",schemaPath:"#/$defs/Timeout/type",keyword:"type",params:{type: "string"},schema:schema37.type,parentSchema:schema37,data:data6};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.staleAfter !== undefined){
let data7 = data.staleAfter;
if(typeof data7 === "string"){
if(!pattern9.test(data7)){
const err16 = {instancePath:instancePath+"/staleAfter",schemaPath:"#/$defs/StaleAfter/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$"},schema:"^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$",parentSchema:schema37,data:data7};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
else {
const err17 = {instancePath:instancePath+"/staleAfter",schemaPath:"#/$defs/StaleAfter/type",keyword:"type",params:{type: "string"},schema:schema37.type,parentSchema:schema37,data:data7};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.failAfter !== undefined){
let data8 = data.failAfter;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
const err18 = {instancePath:instancePath+"/failAfter",schemaPath:"#/$defs/FailAfter/type",keyword:"type",params:{type: "integer"},schema:schema60.type,parentSchema:schema60,data:data8};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 > 1000 || isNaN(data8)){
const err19 = {instancePath:instancePath+"/failAfter",schemaPath:"#/$defs/FailAfter/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},schema:1000,parentSchema:schema60,data:data8};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(data8 < 1 || isNaN(data8)){
const err20 = {instancePath:instancePath+"/failAfter",schemaPath:"#/$defs/FailAfter/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema60,data:data8};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
if(data.recoverAfter !== undefined){
let data9 = data.recoverAfter;
if(!(((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9))) && (isFinite(data9)))){
const err21 = {instancePath:instancePath+"/recoverAfter",schemaPath:"#/$defs/RecoverAfter/type",keyword:"type",params:{type: "integer"},schema:schema61.type,parentSchema:schema61,data:data9};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if((typeof data9 == "number") && (isFinite(data9))){
if(data9 > 1000 || isNaN(data9)){
const err22 = {instancePath:instancePath+"/recoverAfter",schemaPath:"#/$defs/RecoverAfter/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},schema:1000,parentSchema:schema61,data:data9};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
if(data9 < 1 || isNaN(data9)){
const err23 = {instancePath:instancePath+"/recoverAfter",schemaPath:"#/$defs/RecoverAfter/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema61,data:data9};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
}
if(data.canary !== undefined){
if(!(validate25(data.canary, {instancePath:instancePath+"/canary",parentData:data,parentDataProperty:"canary",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.certificateDays !== undefined){
let data11 = data.certificateDays;
if(!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))){
const err24 = {instancePath:instancePath+"/certificateDays",schemaPath:"#/$defs/CertificateDays/type",keyword:"type",params:{type: "integer"},schema:schema64.type,parentSchema:schema64,data:data11};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 > 3650 || isNaN(data11)){
const err25 = {instancePath:instancePath+"/certificateDays",schemaPath:"#/$defs/CertificateDays/maximum",keyword:"maximum",params:{comparison: "<=", limit: 3650},schema:3650,parentSchema:schema64,data:data11};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(data11 < 0 || isNaN(data11)){
const err26 = {instancePath:instancePath+"/certificateDays",schemaPath:"#/$defs/CertificateDays/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},schema:0,parentSchema:schema64,data:data11};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
}
if(data.tls !== undefined){
if(!(validate27(data.tls, {instancePath:instancePath+"/tls",parentData:data,parentDataProperty:"tls",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
}
else {
const err27 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema70.type,parentSchema:schema70,data};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
validate29.errors = vErrors;
return errors === 0;
}
validate29.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema80 = {"description":"A RabbitMQ broker, asked with a round trip on a channel.","type":"object","additionalProperties":false,"required":["kind","url"],"properties":{"kind":{"description":"What the dependency is.","type":"string","const":"rabbitmq"},"url":{"$ref":"#/$defs/AmqpUrl"},"writable":{"description":"Whether to publish as well, so that an alarm shows.","type":"boolean","default":false},"label":{"$ref":"#/$defs/Label"},"requiredFor":{"$ref":"#/$defs/RequiredFor"},"interval":{"$ref":"#/$defs/Interval"},"timeout":{"$ref":"#/$defs/Timeout"},"staleAfter":{"$ref":"#/$defs/StaleAfter"},"failAfter":{"$ref":"#/$defs/FailAfter"},"recoverAfter":{"$ref":"#/$defs/RecoverAfter"},"canary":{"$ref":"#/$defs/Canary"},"certificateDays":{"$ref":"#/$defs/CertificateDays"},"tls":{"$ref":"#/$defs/Tls"}}};
const schema81 = {"description":"A URL such as amqp://user:password@host:5672/vhost, or amqps:// for TLS","type":"string","pattern":"^amqps?://\\S+$"};
const pattern37 = new RegExp("^amqps?://\\S+$", "u");

function validate32(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate32.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.kind === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},schema:schema80.required,parentSchema:schema80,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.url === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "url"},schema:schema80.required,parentSchema:schema80,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!(func1.call(schema80.properties, key0))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema80,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.kind !== undefined){
let data0 = data.kind;
if(typeof data0 !== "string"){
const err3 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/type",keyword:"type",params:{type: "string"},schema:schema80.properties.kind.type,parentSchema:schema80.properties.kind,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if("rabbitmq" !== data0){
const err4 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "rabbitmq"},schema:"rabbitmq",parentSchema:schema80.properties.kind,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.url !== undefined){
let data1 = data.url;
if(typeof data1 === "string"){
if(!pattern37.test(data1)){
const err5 = {instancePath:instancePath+"/url",schemaPath:"#/$defs/AmqpUrl/pattern",keyword:"pattern",params:{pattern: "^amqps?://\\S+$"},schema:"^amqps?://\\S+$",parentSchema:schema81,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/url",schemaPath:"#/$defs/AmqpUrl/type",keyword:"type",params:{type: "string"},schema:schema81.type,parentSchema:schema81,data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.writable !== undefined){
let data2 = data.writable;
if(typeof data2 !== "boolean"){
const err7 = {instancePath:instancePath+"/writable",schemaPath:"#/properties/writable/type",keyword:"type",params:{type: "boolean"},schema:schema80.properties.writable.type,parentSchema:schema80.properties.writable,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.label !== undefined){
let data3 = data.label;
if(typeof data3 === "string"){
if(!pattern8.test(data3)){
const err8 = {instancePath:instancePath+"/label",schemaPath:"#/$defs/Label/pattern",keyword:"pattern",params:{pattern: "^(?!.*(?![\\u200c\\u200d])[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}])\\S(.{0,98}\\S)?$"},schema:"^(?!.*(?![\\u200c\\u200d])[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}])\\S(.{0,98}\\S)?$",parentSchema:schema36,data:data3};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/label",schemaPath:"#/$defs/Label/type",keyword:"type",params:{type: "string"},schema:schema36.type,parentSchema:schema36,data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.requiredFor !== undefined){
let data4 = data.requiredFor;
if(typeof data4 !== "string"){
const err10 = {instancePath:instancePath+"/requiredFor",schemaPath:"#/$defs/RequiredFor/type",keyword:"type",params:{type: "string"},schema:schema56.type,parentSchema:schema56,data:data4};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(!(((data4 === "readiness") || (data4 === "startup")) || (data4 === "nothing"))){
const err11 = {instancePath:instancePath+"/requiredFor",schemaPath:"#/$defs/RequiredFor/enum",keyword:"enum",params:{allowedValues: schema56.enum},schema:schema56.enum,parentSchema:schema56,data:data4};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.interval !== undefined){
let data5 = data.interval;
if(typeof data5 === "string"){
if(!pattern9.test(data5)){
const err12 = {instancePath:instancePath+"/interval",schemaPath:"#/$defs/Interval/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$"},schema:"^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$",parentSchema:schema37,data:data5};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/interval",schemaPath:"#/$defs/Interval/type",keyword:"type",params:{type: "string"},schema:schema37.type,parentSchema:schema37,data:data5};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.timeout !== undefined){
let data6 = data.timeout;
if(typeof data6 === "string"){
if(!pattern9.test(data6)){
const err14 = {instancePath:instancePath+"/timeout",schemaPath:"#/$defs/Timeout/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$"},schema:"^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$",parentSchema:schema37,data:data6};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/timeout",schemaPath:"#/$defs/Timeout/type",keyword:"type",params:{type: "string"},schema:schema37.type,parentSchema:schema37,data:data6};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.staleAfter !== undefined){
let data7 = data.staleAfter;
if(typeof data7 === "string"){
if(!pattern9.test(data7)){
const err16 = {instancePath:instancePath+"/staleAfter",schemaPath:"#/$defs/StaleAfter/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$"},schema:"^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$",parentSchema:schema37,data:data7};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
else {
const err17 = {instancePath:instancePath+"/staleAfter",schemaPath:"#/$defs/StaleAfter/type",keyword:"type",params:{type: "string"},schema:schema37.type,parentSchema:schema37,data:data7};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.failAfter !== undefined){
let data8 = data.failAfter;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
const err18 = {instancePath:instancePath+"/failAfter",schemaPath:"#/$defs/FailAfter/type",keyword:"type",params:{type: "integer"},schema:schema60.type,parentSchema:schema60,data:data8};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 > 1000 || isNaN(data8)){
const err19 = {instancePath:instancePath+"/failAfter",schemaPath:"#/$defs/FailAfter/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},schema:1000,parentSchema:schema60,data:data8};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(data8 < 1 || isNaN(data8)){
const err20 = {instancePath:instancePath+"/failAfter",schemaPath:"#/$defs/FailAfter/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema60,data:data8};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
if(data.recoverAfter !== undefined){
let data9 = data.recoverAfter;
if(!(((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9))) && (isFinite(data9)))){
const err21 = {instancePath:instancePath+"/recoverAfter",schemaPath:"#/$defs/RecoverAfter/type",keyword:"type",params:{type: "integer"},schema:schema61.type,parentSchema:schema61,data:data9};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if((typeof data9 == "number") && (isFinite(data9))){
if(data9 > 1000 || isNaN(data9)){
const err22 = {instancePath:instancePath+"/recoverAfter",schemaPath:"#/$defs/RecoverAfter/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},schema:1000,parentSchema:schema61,data:data9};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
if(data9 < 1 || isNaN(data9)){
const err23 = {instancePath:instancePath+"/recoverAfter",schemaPath:"#/$defs/RecoverAfter/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema61,data:data9};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
}
if(data.canary !== undefined){
if(!(validate25(data.canary, {instancePath:instancePath+"/canary",parentData:data,parentDataProperty:"canary",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.certificateDays !== undefined){
let data11 = data.certificateDays;
if(!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))){
const err24 = {instancePath:instancePath+"/certificateDays",schemaPath:"#/$defs/CertificateDays/type",keyword:"type",params:{type: "integer"},schema:schema64.type,parentSchema:schema64,data:data11};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 > 3650 || isNaN(data11)){
const err25 = {instancePath:instancePath+"/certificateDays",schemaPath:"#/$defs/CertificateDays/maximum",keyword:"maximum",params:{comparison: "<=", limit: 3650},schema:3650,parentSchema:schema64,data:data11};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(data11 < 0 || isNaN(data11)){
const err26 = {instancePath:instancePath+"/certificateDays",schemaPath:"#/$defs/CertificateDays/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},schema:0,parentSchema:schema64,data:data11};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
}
if(data.tls !== undefined){
if(!(validate27(data.tls, {instancePath:instancePath+"/tls",parentData:data,parentDataProperty:"tls",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
}
else {
const err27 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema80.type,parentSchema:schema80,data};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
validate32.errors = vErrors;
return errors === 0;
}
validate32.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema90 = {"description":"A service over HTTP, asked with GET.","type":"object","additionalProperties":false,"required":["kind","url"],"properties":{"kind":{"description":"What the dependency is.","type":"string","const":"http"},"url":{"$ref":"#/$defs/HttpUrl"},"status":{"description":"The status codes that count as up; any 2xx when left out.","type":"array","minItems":1,"items":{"type":"integer","minimum":200,"maximum":599}},"schema":{"description":"A JSON Schema that the body must satisfy; any body will do when left out.","type":"object","additionalProperties":true},"maxBytes":{"description":"The longest body that is read, in bytes; a longer one counts as down.","type":"integer","minimum":1,"maximum":1073741824,"default":65536},"headers":{"description":"Headers to send, by name. Their values are secrets and are never shown.","type":"object","propertyNames":{"$ref":"#/$defs/HeaderName"},"additionalProperties":{"$ref":"#/$defs/HeaderValue"},"default":{}},"label":{"$ref":"#/$defs/Label"},"requiredFor":{"$ref":"#/$defs/RequiredFor"},"interval":{"$ref":"#/$defs/Interval"},"timeout":{"$ref":"#/$defs/Timeout"},"staleAfter":{"$ref":"#/$defs/StaleAfter"},"failAfter":{"$ref":"#/$defs/FailAfter"},"recoverAfter":{"$ref":"#/$defs/RecoverAfter"},"certificateDays":{"$ref":"#/$defs/CertificateDays"},"tls":{"$ref":"#/$defs/Tls"}}};
const schema91 = {"description":"A URL such as https://host:443/path","type":"string","pattern":"^https?://\\S+$"};
const schema92 = {"description":"A header name such as Authorization","type":"string","pattern":"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"};
const schema93 = {"description":"A string of one line, in quotes if it looks like a number","type":"string","pattern":"^[\\t\\x20-\\x7e\\x80-\\xff]*$"};
const pattern42 = new RegExp("^https?://\\S+$", "u");
const pattern43 = new RegExp("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", "u");
const pattern44 = new RegExp("^[\\t\\x20-\\x7e\\x80-\\xff]*$", "u");

function validate35(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate35.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.kind === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},schema:schema90.required,parentSchema:schema90,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.url === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "url"},schema:schema90.required,parentSchema:schema90,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!(func1.call(schema90.properties, key0))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema90,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.kind !== undefined){
let data0 = data.kind;
if(typeof data0 !== "string"){
const err3 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/type",keyword:"type",params:{type: "string"},schema:schema90.properties.kind.type,parentSchema:schema90.properties.kind,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if("http" !== data0){
const err4 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "http"},schema:"http",parentSchema:schema90.properties.kind,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.url !== undefined){
let data1 = data.url;
if(typeof data1 === "string"){
if(!pattern42.test(data1)){
const err5 = {instancePath:instancePath+"/url",schemaPath:"#/$defs/HttpUrl/pattern",keyword:"pattern",params:{pattern: "^https?://\\S+$"},schema:"^https?://\\S+$",parentSchema:schema91,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/url",schemaPath:"#/$defs/HttpUrl/type",keyword:"type",params:{type: "string"},schema:schema91.type,parentSchema:schema91,data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.status !== undefined){
let data2 = data.status;
if(Array.isArray(data2)){
if(data2.length < 1){
const err7 = {instancePath:instancePath+"/status",schemaPath:"#/properties/status/minItems",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema90.properties.status,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
const err8 = {instancePath:instancePath+"/status/" + i0,schemaPath:"#/properties/status/items/type",keyword:"type",params:{type: "integer"},schema:schema90.properties.status.items.type,parentSchema:schema90.properties.status.items,data:data3};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 599 || isNaN(data3)){
const err9 = {instancePath:instancePath+"/status/" + i0,schemaPath:"#/properties/status/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 599},schema:599,parentSchema:schema90.properties.status.items,data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data3 < 200 || isNaN(data3)){
const err10 = {instancePath:instancePath+"/status/" + i0,schemaPath:"#/properties/status/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 200},schema:200,parentSchema:schema90.properties.status.items,data:data3};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
}
}
else {
const err11 = {instancePath:instancePath+"/status",schemaPath:"#/properties/status/type",keyword:"type",params:{type: "array"},schema:schema90.properties.status.type,parentSchema:schema90.properties.status,data:data2};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.schema !== undefined){
let data4 = data.schema;
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
}
else {
const err12 = {instancePath:instancePath+"/schema",schemaPath:"#/properties/schema/type",keyword:"type",params:{type: "object"},schema:schema90.properties.schema.type,parentSchema:schema90.properties.schema,data:data4};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.maxBytes !== undefined){
let data5 = data.maxBytes;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
const err13 = {instancePath:instancePath+"/maxBytes",schemaPath:"#/properties/maxBytes/type",keyword:"type",params:{type: "integer"},schema:schema90.properties.maxBytes.type,parentSchema:schema90.properties.maxBytes,data:data5};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 > 1073741824 || isNaN(data5)){
const err14 = {instancePath:instancePath+"/maxBytes",schemaPath:"#/properties/maxBytes/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1073741824},schema:1073741824,parentSchema:schema90.properties.maxBytes,data:data5};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if(data5 < 1 || isNaN(data5)){
const err15 = {instancePath:instancePath+"/maxBytes",schemaPath:"#/properties/maxBytes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema90.properties.maxBytes,data:data5};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
if(data.headers !== undefined){
let data6 = data.headers;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
for(const key1 in data6){
const _errs18 = errors;
if(typeof key1 === "string"){
if(!pattern43.test(key1)){
const err16 = {instancePath:instancePath+"/headers",schemaPath:"#/$defs/HeaderName/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"},schema:"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",parentSchema:schema92,data:key1,propertyName:key1};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
else {
const err17 = {instancePath:instancePath+"/headers",schemaPath:"#/$defs/HeaderName/type",keyword:"type",params:{type: "string"},schema:schema92.type,parentSchema:schema92,data:key1,propertyName:key1};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
var valid4 = _errs18 === errors;
if(!valid4){
const err18 = {instancePath:instancePath+"/headers",schemaPath:"#/properties/headers/propertyNames",keyword:"propertyNames",params:{propertyName: key1},schema:schema90.properties.headers.propertyNames,parentSchema:schema90.properties.headers,data:data6};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
for(const key2 in data6){
let data7 = data6[key2];
if(typeof data7 === "string"){
if(!pattern44.test(data7)){
const err19 = {instancePath:instancePath+"/headers/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/HeaderValue/pattern",keyword:"pattern",params:{pattern: "^[\\t\\x20-\\x7e\\x80-\\xff]*$"},schema:"^[\\t\\x20-\\x7e\\x80-\\xff]*$",parentSchema:schema93,data:data7};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
else {
const err20 = {instancePath:instancePath+"/headers/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/HeaderValue/type",keyword:"type",params:{type: "string"},schema:schema93.type,parentSchema:schema93,data:data7};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
else {
const err21 = {instancePath:instancePath+"/headers",schemaPath:"#/properties/headers/type",keyword:"type",params:{type: "object"},schema:schema90.properties.headers.type,parentSchema:schema90.properties.headers,data:data6};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data.label !== undefined){
let data8 = data.label;
if(typeof data8 === "string"){
if(!pattern8.test(data8)){
const err22 = {instancePath:instancePath+"/label",schemaPath:"#/$defs/Label/pattern",keyword:"pattern",params:{pattern: "^(?!.*(?![\\u200c\\u200d])[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}])\\S(.{0,98}\\S)?$"},schema:"^(?!.*(?![\\u200c\\u200d])[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}])\\S(.{0,98}\\S)?$",parentSchema:schema36,data:data8};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
else {
const err23 = {instancePath:instancePath+"/label",schemaPath:"#/$defs/Label/type",keyword:"type",params:{type: "string"},schema:schema36.type,parentSchema:schema36,data:data8};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data.requiredFor !== undefined){
let data9 = data.requiredFor;
if(typeof data9 !== "string"){
const err24 = {instancePath:instancePath+"/requiredFor",schemaPath:"#/$defs/RequiredFor/type",keyword:"type",params:{type: "string"},schema:schema56.type,parentSchema:schema56,data:data9};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if(!(((data9 === "readiness") || (data9 === "startup")) || (data9 === "nothing"))){
const err25 = {instancePath:instancePath+"/requiredFor",schemaPath:"#/$defs/RequiredFor/enum",keyword:"enum",params:{allowedValues: schema56.enum},schema:schema56.enum,parentSchema:schema56,data:data9};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data.interval !== undefined){
let data10 = data.interval;
if(typeof data10 === "string"){
if(!pattern9.test(data10)){
const err26 = {instancePath:instancePath+"/interval",schemaPath:"#/$defs/Interval/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$"},schema:"^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$",parentSchema:schema37,data:data10};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
else {
const err27 = {instancePath:instancePath+"/interval",schemaPath:"#/$defs/Interval/type",keyword:"type",params:{type: "string"},schema:schema37.type,parentSchema:schema37,data:data10};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data.timeout !== undefined){
let data11 = data.timeout;
if(typeof data11 === "string"){
if(!pattern9.test(data11)){
const err28 = {instancePath:instancePath+"/timeout",schemaPath:"#/$defs/Timeout/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$"},schema:"^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$",parentSchema:schema37,data:data11};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
else {
const err29 = {instancePath:instancePath+"/timeout",schemaPath:"#/$defs/Timeout/type",keyword:"type",params:{type: "string"},schema:schema37.type,parentSchema:schema37,data:data11};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data.staleAfter !== undefined){
let data12 = data.staleAfter;
if(typeof data12 === "string"){
if(!pattern9.test(data12)){
const err30 = {instancePath:instancePath+"/staleAfter",schemaPath:"#/$defs/StaleAfter/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$"},schema:"^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$",parentSchema:schema37,data:data12};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
else {
const err31 = {instancePath:instancePath+"/staleAfter",schemaPath:"#/$defs/StaleAfter/type",keyword:"type",params:{type: "string"},schema:schema37.type,parentSchema:schema37,data:data12};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data.failAfter !== undefined){
let data13 = data.failAfter;
if(!(((typeof data13 == "number") && (!(data13 % 1) && !isNaN(data13))) && (isFinite(data13)))){
const err32 = {instancePath:instancePath+"/failAfter",schemaPath:"#/$defs/FailAfter/type",keyword:"type",params:{type: "integer"},schema:schema60.type,parentSchema:schema60,data:data13};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
if((typeof data13 == "number") && (isFinite(data13))){
if(data13 > 1000 || isNaN(data13)){
const err33 = {instancePath:instancePath+"/failAfter",schemaPath:"#/$defs/FailAfter/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},schema:1000,parentSchema:schema60,data:data13};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
if(data13 < 1 || isNaN(data13)){
const err34 = {instancePath:instancePath+"/failAfter",schemaPath:"#/$defs/FailAfter/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema60,data:data13};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
}
if(data.recoverAfter !== undefined){
let data14 = data.recoverAfter;
if(!(((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14))) && (isFinite(data14)))){
const err35 = {instancePath:instancePath+"/recoverAfter",schemaPath:"#/$defs/RecoverAfter/type",keyword:"type",params:{type: "integer"},schema:schema61.type,parentSchema:schema61,data:data14};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
if((typeof data14 == "number") && (isFinite(data14))){
if(data14 > 1000 || isNaN(data14)){
const err36 = {instancePath:instancePath+"/recoverAfter",schemaPath:"#/$defs/RecoverAfter/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},schema:1000,parentSchema:schema61,data:data14};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
if(data14 < 1 || isNaN(data14)){
const err37 = {instancePath:instancePath+"/recoverAfter",schemaPath:"#/$defs/RecoverAfter/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema61,data:data14};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
}
if(data.certificateDays !== undefined){
let data15 = data.certificateDays;
if(!(((typeof data15 == "number") && (!(data15 % 1) && !isNaN(data15))) && (isFinite(data15)))){
const err38 = {instancePath:instancePath+"/certificateDays",schemaPath:"#/$defs/CertificateDays/type",keyword:"type",params:{type: "integer"},schema:schema64.type,parentSchema:schema64,data:data15};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
if((typeof data15 == "number") && (isFinite(data15))){
if(data15 > 3650 || isNaN(data15)){
const err39 = {instancePath:instancePath+"/certificateDays",schemaPath:"#/$defs/CertificateDays/maximum",keyword:"maximum",params:{comparison: "<=", limit: 3650},schema:3650,parentSchema:schema64,data:data15};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
if(data15 < 0 || isNaN(data15)){
const err40 = {instancePath:instancePath+"/certificateDays",schemaPath:"#/$defs/CertificateDays/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},schema:0,parentSchema:schema64,data:data15};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
}
if(data.tls !== undefined){
if(!(validate27(data.tls, {instancePath:instancePath+"/tls",parentData:data,parentDataProperty:"tls",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
}
else {
const err41 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema90.type,parentSchema:schema90,data};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
validate35.errors = vErrors;
return errors === 0;
}
validate35.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate23(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate23.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
const tag0 = data.kind;
if(typeof tag0 == "string"){
if(tag0 === "postgres"){
if(!(validate24(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var props0 = true;
}
else if(tag0 === "redis"){
if(!(validate29(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate29.errors : vErrors.concat(validate29.errors);
errors = vErrors.length;
}
if(props0 !== true){
props0 = true;
}
}
else if(tag0 === "rabbitmq"){
if(!(validate32(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate32.errors : vErrors.concat(validate32.errors);
errors = vErrors.length;
}
if(props0 !== true){
props0 = true;
}
}
else if(tag0 === "http"){
if(!(validate35(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
if(props0 !== true){
props0 = true;
}
}
else {
const err0 = {instancePath,schemaPath:"#/discriminator",keyword:"discriminator",params:{error: "mapping", tag: "kind", tagValue: tag0},schema:schema52.discriminator,parentSchema:schema52,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/discriminator",keyword:"discriminator",params:{error: "tag", tag: "kind", tagValue: tag0},schema:schema52.discriminator,parentSchema:schema52,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema52.type,parentSchema:schema52,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate23.errors = vErrors;
evaluated0.props = props0;
return errors === 0;
}
validate23.evaluated = {"dynamicProps":true,"dynamicItems":false};


function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate20.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func1.call(schema31.properties, key0))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.host !== undefined){
let data0 = data.host;
if(typeof data0 === "string"){
if(!pattern4.test(data0)){
const err1 = {instancePath:instancePath+"/host",schemaPath:"#/$defs/Host/pattern",keyword:"pattern",params:{pattern: "^\\S+$"},schema:"^\\S+$",parentSchema:schema32,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/host",schemaPath:"#/$defs/Host/type",keyword:"type",params:{type: "string"},schema:schema32.type,parentSchema:schema32,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.port !== undefined){
let data1 = data.port;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err3 = {instancePath:instancePath+"/port",schemaPath:"#/properties/port/type",keyword:"type",params:{type: "integer"},schema:schema31.properties.port.type,parentSchema:schema31.properties.port,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 65535 || isNaN(data1)){
const err4 = {instancePath:instancePath+"/port",schemaPath:"#/properties/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},schema:65535,parentSchema:schema31.properties.port,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data1 < 0 || isNaN(data1)){
const err5 = {instancePath:instancePath+"/port",schemaPath:"#/properties/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},schema:0,parentSchema:schema31.properties.port,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
if(data.contract !== undefined){
let data2 = data.contract;
if(typeof data2 === "string"){
if(!pattern5.test(data2)){
const err6 = {instancePath:instancePath+"/contract",schemaPath:"#/$defs/DocumentPath/pattern",keyword:"pattern",params:{pattern: "\\S"},schema:"\\S",parentSchema:schema33,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/contract",schemaPath:"#/$defs/DocumentPath/type",keyword:"type",params:{type: "string"},schema:schema33.type,parentSchema:schema33,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.contractFolder !== undefined){
let data3 = data.contractFolder;
if(typeof data3 === "string"){
if(!pattern5.test(data3)){
const err8 = {instancePath:instancePath+"/contractFolder",schemaPath:"#/$defs/DocumentFolder/pattern",keyword:"pattern",params:{pattern: "\\S"},schema:"\\S",parentSchema:schema34,data:data3};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/contractFolder",schemaPath:"#/$defs/DocumentFolder/type",keyword:"type",params:{type: "string"},schema:schema34.type,parentSchema:schema34,data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.overlays !== undefined){
let data4 = data.overlays;
if(Array.isArray(data4)){
if(data4.length < 1){
const err10 = {instancePath:instancePath+"/overlays",schemaPath:"#/properties/overlays/minItems",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema31.properties.overlays,data:data4};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
const len0 = data4.length;
for(let i0=0; i0<len0; i0++){
let data5 = data4[i0];
if(typeof data5 === "string"){
if(!pattern5.test(data5)){
const err11 = {instancePath:instancePath+"/overlays/" + i0,schemaPath:"#/$defs/OverlayPath/pattern",keyword:"pattern",params:{pattern: "\\S"},schema:"\\S",parentSchema:schema35,data:data5};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/overlays/" + i0,schemaPath:"#/$defs/OverlayPath/type",keyword:"type",params:{type: "string"},schema:schema35.type,parentSchema:schema35,data:data5};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
else {
const err13 = {instancePath:instancePath+"/overlays",schemaPath:"#/properties/overlays/type",keyword:"type",params:{type: "array"},schema:schema31.properties.overlays.type,parentSchema:schema31.properties.overlays,data:data4};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.releaseId !== undefined){
let data6 = data.releaseId;
if(typeof data6 === "string"){
if(!pattern8.test(data6)){
const err14 = {instancePath:instancePath+"/releaseId",schemaPath:"#/$defs/Label/pattern",keyword:"pattern",params:{pattern: "^(?!.*(?![\\u200c\\u200d])[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}])\\S(.{0,98}\\S)?$"},schema:"^(?!.*(?![\\u200c\\u200d])[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}])\\S(.{0,98}\\S)?$",parentSchema:schema36,data:data6};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/releaseId",schemaPath:"#/$defs/Label/type",keyword:"type",params:{type: "string"},schema:schema36.type,parentSchema:schema36,data:data6};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.mergeContract !== undefined){
let data7 = data.mergeContract;
if(typeof data7 !== "boolean"){
const err16 = {instancePath:instancePath+"/mergeContract",schemaPath:"#/properties/mergeContract/type",keyword:"type",params:{type: "boolean"},schema:schema31.properties.mergeContract.type,parentSchema:schema31.properties.mergeContract,data:data7};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data.maxEventLoopDelay !== undefined){
let data8 = data.maxEventLoopDelay;
if(typeof data8 === "string"){
if(!pattern9.test(data8)){
const err17 = {instancePath:instancePath+"/maxEventLoopDelay",schemaPath:"#/$defs/Duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$"},schema:"^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$",parentSchema:schema37,data:data8};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
else {
const err18 = {instancePath:instancePath+"/maxEventLoopDelay",schemaPath:"#/$defs/Duration/type",keyword:"type",params:{type: "string"},schema:schema37.type,parentSchema:schema37,data:data8};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data.simulation !== undefined){
let data9 = data.simulation;
if((typeof data9 !== "boolean") && (!(data9 && typeof data9 == "object" && !Array.isArray(data9)))){
const err19 = {instancePath:instancePath+"/simulation",schemaPath:"#/properties/simulation/type",keyword:"type",params:{type: schema31.properties.simulation.type},schema:schema31.properties.simulation.type,parentSchema:schema31.properties.simulation,data:data9};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
for(const key1 in data9){
if(!((key1 === "enabled") || (key1 === "liveness"))){
const err20 = {instancePath:instancePath+"/simulation",schemaPath:"#/properties/simulation/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},schema:false,parentSchema:schema31.properties.simulation,data:data9};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data9.enabled !== undefined){
let data10 = data9.enabled;
if(typeof data10 !== "boolean"){
const err21 = {instancePath:instancePath+"/simulation/enabled",schemaPath:"#/properties/simulation/properties/enabled/type",keyword:"type",params:{type: "boolean"},schema:schema31.properties.simulation.properties.enabled.type,parentSchema:schema31.properties.simulation.properties.enabled,data:data10};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data9.liveness !== undefined){
let data11 = data9.liveness;
if(typeof data11 !== "boolean"){
const err22 = {instancePath:instancePath+"/simulation/liveness",schemaPath:"#/properties/simulation/properties/liveness/type",keyword:"type",params:{type: "boolean"},schema:schema31.properties.simulation.properties.liveness.type,parentSchema:schema31.properties.simulation.properties.liveness,data:data11};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
}
}
if(data.access !== undefined){
let data12 = data.access;
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
for(const key2 in data12){
if(!(((key2 === "tokens") || (key2 === "tokensFile")) || (key2 === "protect"))){
const err23 = {instancePath:instancePath+"/access",schemaPath:"#/properties/access/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},schema:false,parentSchema:schema31.properties.access,data:data12};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data12.tokens !== undefined){
let data13 = data12.tokens;
if(Array.isArray(data13)){
const len1 = data13.length;
for(let i1=0; i1<len1; i1++){
if(!(validate21(data13[i1], {instancePath:instancePath+"/access/tokens/" + i1,parentData:data13,parentDataProperty:i1,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
}
}
}
else {
const err24 = {instancePath:instancePath+"/access/tokens",schemaPath:"#/properties/access/properties/tokens/type",keyword:"type",params:{type: "array"},schema:schema31.properties.access.properties.tokens.type,parentSchema:schema31.properties.access.properties.tokens,data:data13};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data12.tokensFile !== undefined){
let data15 = data12.tokensFile;
if(typeof data15 === "string"){
if(!pattern12.test(data15)){
const err25 = {instancePath:instancePath+"/access/tokensFile",schemaPath:"#/$defs/TokensFile/pattern",keyword:"pattern",params:{pattern: "^.*\\S.*$"},schema:"^.*\\S.*$",parentSchema:schema41,data:data15};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
else {
const err26 = {instancePath:instancePath+"/access/tokensFile",schemaPath:"#/$defs/TokensFile/type",keyword:"type",params:{type: "string"},schema:schema41.type,parentSchema:schema41,data:data15};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data12.protect !== undefined){
let data16 = data12.protect;
if(Array.isArray(data16)){
const len2 = data16.length;
for(let i2=0; i2<len2; i2++){
let data17 = data16[i2];
if(typeof data17 !== "string"){
const err27 = {instancePath:instancePath+"/access/protect/" + i2,schemaPath:"#/$defs/Protected/type",keyword:"type",params:{type: "string"},schema:schema42.type,parentSchema:schema42,data:data17};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if(!(((data17 === "checks") || (data17 === "metrics")) || (data17 === "docs"))){
const err28 = {instancePath:instancePath+"/access/protect/" + i2,schemaPath:"#/$defs/Protected/enum",keyword:"enum",params:{allowedValues: schema42.enum},schema:schema42.enum,parentSchema:schema42,data:data17};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
}
else {
const err29 = {instancePath:instancePath+"/access/protect",schemaPath:"#/properties/access/properties/protect/type",keyword:"type",params:{type: "array"},schema:schema31.properties.access.properties.protect.type,parentSchema:schema31.properties.access.properties.protect,data:data16};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
}
else {
const err30 = {instancePath:instancePath+"/access",schemaPath:"#/properties/access/type",keyword:"type",params:{type: "object"},schema:schema31.properties.access.type,parentSchema:schema31.properties.access,data:data12};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data.management !== undefined){
let data18 = data.management;
if(data18 && typeof data18 == "object" && !Array.isArray(data18)){
if(data18.port === undefined){
const err31 = {instancePath:instancePath+"/management",schemaPath:"#/properties/management/required",keyword:"required",params:{missingProperty: "port"},schema:schema31.properties.management.required,parentSchema:schema31.properties.management,data:data18};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
for(const key3 in data18){
if(!((key3 === "port") || (key3 === "host"))){
const err32 = {instancePath:instancePath+"/management",schemaPath:"#/properties/management/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},schema:false,parentSchema:schema31.properties.management,data:data18};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data18.port !== undefined){
let data19 = data18.port;
if(!(((typeof data19 == "number") && (!(data19 % 1) && !isNaN(data19))) && (isFinite(data19)))){
const err33 = {instancePath:instancePath+"/management/port",schemaPath:"#/properties/management/properties/port/type",keyword:"type",params:{type: "integer"},schema:schema31.properties.management.properties.port.type,parentSchema:schema31.properties.management.properties.port,data:data19};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
if((typeof data19 == "number") && (isFinite(data19))){
if(data19 > 65535 || isNaN(data19)){
const err34 = {instancePath:instancePath+"/management/port",schemaPath:"#/properties/management/properties/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},schema:65535,parentSchema:schema31.properties.management.properties.port,data:data19};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
if(data19 < 0 || isNaN(data19)){
const err35 = {instancePath:instancePath+"/management/port",schemaPath:"#/properties/management/properties/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},schema:0,parentSchema:schema31.properties.management.properties.port,data:data19};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
}
if(data18.host !== undefined){
let data20 = data18.host;
if(typeof data20 === "string"){
if(!pattern4.test(data20)){
const err36 = {instancePath:instancePath+"/management/host",schemaPath:"#/$defs/ManagementHost/pattern",keyword:"pattern",params:{pattern: "^\\S+$"},schema:"^\\S+$",parentSchema:schema43,data:data20};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
else {
const err37 = {instancePath:instancePath+"/management/host",schemaPath:"#/$defs/ManagementHost/type",keyword:"type",params:{type: "string"},schema:schema43.type,parentSchema:schema43,data:data20};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
}
else {
const err38 = {instancePath:instancePath+"/management",schemaPath:"#/properties/management/type",keyword:"type",params:{type: "object"},schema:schema31.properties.management.type,parentSchema:schema31.properties.management,data:data18};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data.fleet !== undefined){
let data21 = data.fleet;
if(data21 && typeof data21 == "object" && !Array.isArray(data21)){
if(data21.redis === undefined){
const err39 = {instancePath:instancePath+"/fleet",schemaPath:"#/properties/fleet/required",keyword:"required",params:{missingProperty: "redis"},schema:schema31.properties.fleet.required,parentSchema:schema31.properties.fleet,data:data21};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
for(const key4 in data21){
if(!((key4 === "redis") || (key4 === "name"))){
const err40 = {instancePath:instancePath+"/fleet",schemaPath:"#/properties/fleet/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},schema:false,parentSchema:schema31.properties.fleet,data:data21};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
if(data21.redis !== undefined){
let data22 = data21.redis;
if(typeof data22 === "string"){
if(!pattern14.test(data22)){
const err41 = {instancePath:instancePath+"/fleet/redis",schemaPath:"#/$defs/FleetUrl/pattern",keyword:"pattern",params:{pattern: "^rediss?(\\+(sentinel|cluster))?://\\S+$"},schema:"^rediss?(\\+(sentinel|cluster))?://\\S+$",parentSchema:schema44,data:data22};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
else {
const err42 = {instancePath:instancePath+"/fleet/redis",schemaPath:"#/$defs/FleetUrl/type",keyword:"type",params:{type: "string"},schema:schema44.type,parentSchema:schema44,data:data22};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
if(data21.name !== undefined){
let data23 = data21.name;
if(typeof data23 === "string"){
if(!pattern10.test(data23)){
const err43 = {instancePath:instancePath+"/fleet/name",schemaPath:"#/$defs/FleetName/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z][A-Za-z0-9_-]{0,62}$"},schema:"^[A-Za-z][A-Za-z0-9_-]{0,62}$",parentSchema:schema45,data:data23};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
else {
const err44 = {instancePath:instancePath+"/fleet/name",schemaPath:"#/$defs/FleetName/type",keyword:"type",params:{type: "string"},schema:schema45.type,parentSchema:schema45,data:data23};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
}
else {
const err45 = {instancePath:instancePath+"/fleet",schemaPath:"#/properties/fleet/type",keyword:"type",params:{type: "object"},schema:schema31.properties.fleet.type,parentSchema:schema31.properties.fleet,data:data21};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
if(data.shutdown !== undefined){
let data24 = data.shutdown;
if(data24 && typeof data24 == "object" && !Array.isArray(data24)){
for(const key5 in data24){
if(!(((key5 === "drainDelay") || (key5 === "deadline")) || (key5 === "signals"))){
const err46 = {instancePath:instancePath+"/shutdown",schemaPath:"#/properties/shutdown/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},schema:false,parentSchema:schema31.properties.shutdown,data:data24};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data24.drainDelay !== undefined){
let data25 = data24.drainDelay;
if(typeof data25 === "string"){
if(!pattern9.test(data25)){
const err47 = {instancePath:instancePath+"/shutdown/drainDelay",schemaPath:"#/$defs/Duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$"},schema:"^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$",parentSchema:schema37,data:data25};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
else {
const err48 = {instancePath:instancePath+"/shutdown/drainDelay",schemaPath:"#/$defs/Duration/type",keyword:"type",params:{type: "string"},schema:schema37.type,parentSchema:schema37,data:data25};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
if(data24.deadline !== undefined){
let data26 = data24.deadline;
if(typeof data26 === "string"){
if(!pattern9.test(data26)){
const err49 = {instancePath:instancePath+"/shutdown/deadline",schemaPath:"#/$defs/Duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$"},schema:"^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$",parentSchema:schema37,data:data26};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
else {
const err50 = {instancePath:instancePath+"/shutdown/deadline",schemaPath:"#/$defs/Duration/type",keyword:"type",params:{type: "string"},schema:schema37.type,parentSchema:schema37,data:data26};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
if(data24.signals !== undefined){
let data27 = data24.signals;
if(Array.isArray(data27)){
const len3 = data27.length;
for(let i3=0; i3<len3; i3++){
let data28 = data27[i3];
if(!((data28 === "SIGHUP") || (data28 === "SIGQUIT"))){
const err51 = {instancePath:instancePath+"/shutdown/signals/" + i3,schemaPath:"#/properties/shutdown/properties/signals/items/enum",keyword:"enum",params:{allowedValues: schema31.properties.shutdown.properties.signals.items.enum},schema:schema31.properties.shutdown.properties.signals.items.enum,parentSchema:schema31.properties.shutdown.properties.signals.items,data:data28};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
}
else {
const err52 = {instancePath:instancePath+"/shutdown/signals",schemaPath:"#/properties/shutdown/properties/signals/type",keyword:"type",params:{type: "array"},schema:schema31.properties.shutdown.properties.signals.type,parentSchema:schema31.properties.shutdown.properties.signals,data:data27};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
}
else {
const err53 = {instancePath:instancePath+"/shutdown",schemaPath:"#/properties/shutdown/type",keyword:"type",params:{type: "object"},schema:schema31.properties.shutdown.type,parentSchema:schema31.properties.shutdown,data:data24};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
if(data.heartbeats !== undefined){
let data29 = data.heartbeats;
if(data29 && typeof data29 == "object" && !Array.isArray(data29)){
for(const key6 in data29){
const _errs78 = errors;
if(typeof key6 === "string"){
if(!pattern10.test(key6)){
const err54 = {instancePath:instancePath+"/heartbeats",schemaPath:"#/$defs/CheckName/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z][A-Za-z0-9_-]{0,62}$"},schema:"^[A-Za-z][A-Za-z0-9_-]{0,62}$",parentSchema:schema48,data:key6,propertyName:key6};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
else {
const err55 = {instancePath:instancePath+"/heartbeats",schemaPath:"#/$defs/CheckName/type",keyword:"type",params:{type: "string"},schema:schema48.type,parentSchema:schema48,data:key6,propertyName:key6};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
var valid27 = _errs78 === errors;
if(!valid27){
const err56 = {instancePath:instancePath+"/heartbeats",schemaPath:"#/properties/heartbeats/propertyNames",keyword:"propertyNames",params:{propertyName: key6},schema:schema31.properties.heartbeats.propertyNames,parentSchema:schema31.properties.heartbeats,data:data29};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
for(const key7 in data29){
let data30 = data29[key7];
if(typeof data30 === "string"){
if(!pattern9.test(data30)){
const err57 = {instancePath:instancePath+"/heartbeats/" + key7.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/Duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$"},schema:"^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$",parentSchema:schema37,data:data30};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
else {
const err58 = {instancePath:instancePath+"/heartbeats/" + key7.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/Duration/type",keyword:"type",params:{type: "string"},schema:schema37.type,parentSchema:schema37,data:data30};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
}
else {
const err59 = {instancePath:instancePath+"/heartbeats",schemaPath:"#/properties/heartbeats/type",keyword:"type",params:{type: "object"},schema:schema31.properties.heartbeats.type,parentSchema:schema31.properties.heartbeats,data:data29};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
if(data.log !== undefined){
let data31 = data.log;
if(data31 && typeof data31 == "object" && !Array.isArray(data31)){
for(const key8 in data31){
if(!(key8 === "level")){
const err60 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8},schema:false,parentSchema:schema31.properties.log,data:data31};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
if(data31.level !== undefined){
let data32 = data31.level;
if(typeof data32 !== "string"){
const err61 = {instancePath:instancePath+"/log/level",schemaPath:"#/$defs/LogLevel/type",keyword:"type",params:{type: "string"},schema:schema50.type,parentSchema:schema50,data:data32};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
if(!(((((data32 === "debug") || (data32 === "info")) || (data32 === "warn")) || (data32 === "error")) || (data32 === "silent"))){
const err62 = {instancePath:instancePath+"/log/level",schemaPath:"#/$defs/LogLevel/enum",keyword:"enum",params:{allowedValues: schema50.enum},schema:schema50.enum,parentSchema:schema50,data:data32};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
}
else {
const err63 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/type",keyword:"type",params:{type: "object"},schema:schema31.properties.log.type,parentSchema:schema31.properties.log,data:data31};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
if(data.checks !== undefined){
let data33 = data.checks;
if(data33 && typeof data33 == "object" && !Array.isArray(data33)){
for(const key9 in data33){
const _errs93 = errors;
if(typeof key9 === "string"){
if(!pattern10.test(key9)){
const err64 = {instancePath:instancePath+"/checks",schemaPath:"#/$defs/CheckName/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z][A-Za-z0-9_-]{0,62}$"},schema:"^[A-Za-z][A-Za-z0-9_-]{0,62}$",parentSchema:schema48,data:key9,propertyName:key9};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
else {
const err65 = {instancePath:instancePath+"/checks",schemaPath:"#/$defs/CheckName/type",keyword:"type",params:{type: "string"},schema:schema48.type,parentSchema:schema48,data:key9,propertyName:key9};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
var valid33 = _errs93 === errors;
if(!valid33){
const err66 = {instancePath:instancePath+"/checks",schemaPath:"#/properties/checks/propertyNames",keyword:"propertyNames",params:{propertyName: key9},schema:schema31.properties.checks.propertyNames,parentSchema:schema31.properties.checks,data:data33};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
for(const key10 in data33){
if(!(validate23(data33[key10], {instancePath:instancePath+"/checks/" + key10.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data33,parentDataProperty:key10,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
}
else {
const err67 = {instancePath:instancePath+"/checks",schemaPath:"#/properties/checks/type",keyword:"type",params:{type: "object"},schema:schema31.properties.checks.type,parentSchema:schema31.properties.checks,data:data33};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
}
}
else {
const err68 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema31.type,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


/** Judges the whole configuration; after a `false`, `errors` holds every mistake. */
export const validateConfig: { (content: unknown): content is Config; errors?: ErrorObject[] | null } = validate;
