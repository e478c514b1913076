import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);
import{b as a,c as b,d as c,e as d,f as e}from"./chunk-FCDDNEHW.mjs";import"./chunk-C2HZT43O.mjs";import"./chunk-TG76KETQ.mjs";export{d as GitHub,b as context,c as defaults,e as getOctokitOptions,a as getUserAgentWithOrchestrationId};
