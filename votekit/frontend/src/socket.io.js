// What `<script src="socket.io.js">` gives a page: the official client, as the global `io`.
import { io } from "socket.io-client";

globalThis.io = io;
