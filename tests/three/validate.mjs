// What Khronos' own validator says of a glTF file.
//
//   node validate.mjs FILE   ->   {"errors": 0, "warnings": 0, "messages": [...]}
import { readFileSync } from "node:fs";
import validator from "gltf-validator";

const { issues } = await validator.validateBytes(new Uint8Array(readFileSync(process.argv[2])));
const messages = issues.messages.map((message) => `${message.code} at ${message.pointer}: ${message.message}`);
console.log(JSON.stringify({ errors: issues.numErrors, warnings: issues.numWarnings, messages }));
